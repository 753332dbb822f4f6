import assert from "node:assert/strict";
import { errorSchema, requestSchema } from "./kserve_schema.ts";

Deno.test("requestSchema knows what typed clients set to null, and drops what is not there", () => {
  const input = { name: "a", datatype: "BYTES", shape: [1], parameters: null, data: null };
  assert.deepEqual(requestSchema.parse({ inputs: [{ ...input, more: 1 }], more: 1 }), {
    inputs: [input],
  });
});

Deno.test("errorSchema is a text, which tritonclient's exceptions need", () => {
  assert.ok(errorSchema.safeParse({ error: "a" }).success);
  assert.equal(errorSchema.safeParse({ error: { message: "a" } }).success, false);
});
