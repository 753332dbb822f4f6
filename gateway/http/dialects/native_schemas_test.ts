import { assertSchemaAgrees } from "../../../testing/dialects/schema_agreement.ts";
import { native } from "./native.ts";

Deno.test("POST /embed has a schema that takes what decode() takes, and nothing else", () => {
  assertSchemaAgrees(native, {
    main: ["image", "images", "text", "texts", "inputs"],
    others: ["model", "on_error", "other"],
  });
});
