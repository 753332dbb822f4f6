import assert from "node:assert/strict";
import { z } from "zod";
import { thrownBy } from "../../../testing/thrown.ts";
import { checkFields } from "./json_schema.ts";

const schema = z.object({
  texts: z.array(z.string()).optional(),
  kind: z.enum(["image", "text"]).optional(),
  size: z.int().min(1).optional(),
  inputs: z.array(z.strictObject({ a: z.string() })).min(1).optional(),
}).refine(({ texts, inputs }) => (texts === undefined) !== (inputs === undefined), {
  message: "must have either texts or inputs",
});

Deno.test("checkFields() gives the fields that a schema knows", () => {
  assert.deepEqual(checkFields(schema, { texts: ["a"], other: 1 }), { texts: ["a"] });
});

for (
  const [fields, message] of [
    [{ texts: "secret" }, "texts must be an array"],
    [{ texts: ["a", 1] }, "texts.1 must be a string"],
    [{ texts: [], kind: "secret" }, "kind must be image or text"],
    [{ texts: [], size: 0 }, "size has a value that is not allowed"],
    [{ inputs: [] }, "inputs must be a list of at least 1"],
    [{ inputs: [{ a: "b", secret: 1 }] }, "inputs.0 must have no other fields than its own"],
    [{}, "the body must have either texts or inputs"],
    ["secret", "the body must be an object"],
  ] as const
) {
  Deno.test(`checkFields() says: ${message}`, () => {
    const error = thrownBy(() => checkFields(schema, fields));
    assert.equal(error.code, "invalid_body");
    assert.equal(error.message, `Cannot embed as ${message}`);
  });
}
