import { assertSchemaAgrees } from "../../../testing/dialects/schema_agreement.ts";
import { rank } from "./rank.ts";

Deno.test("POST /rank has a schema that takes what decode() takes, and nothing else", () => {
  assertSchemaAgrees(rank, {
    main: ["query"],
    others: ["candidates", "model", "top_k", "on_error", "other"],
  });
});
