import { assertSchemaAgrees } from "../../../testing/dialects/schema_agreement.ts";
import { EXAMPLE_PHOTO } from "../codec/input_schemas.ts";
import { openai } from "./openai.ts";

Deno.test("POST /v1/embeddings has a schema that takes what decode() takes, and nothing else", () => {
  assertSchemaAgrees(openai, {
    main: ["input", "messages"],
    others: ["modality", "dimensions", "model", "embedding_type", "normalized", "other"],
    // A text that is an image's base64 without saying so.
    isBeyond: (body) => JSON.stringify(body).includes(`"${EXAMPLE_PHOTO}"`),
  });
});
