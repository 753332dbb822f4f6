import assert from "node:assert/strict";
import type { Json } from "./json_schema.ts";
import { schemaText } from "./schema_text.ts";

const TEXT = { type: "string" };

const CASES: readonly (readonly [Json, string])[] = [
  [{ $ref: "#/components/schemas/a.b" }, "<a.b>"],
  [{ enum: ["a", 1] }, '"a" | 1'],
  [{ const: true }, "true"],
  [{ type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER }, "integer ≥ 1"],
  [{ type: "number", minimum: 0, maximum: 1 }, "number 0–1"],
  [{ type: "string", format: "words", maxLength: 5 }, "words ≤ 5"],
  [{ type: "array", items: TEXT, minItems: 1, maxItems: 3 }, "string[] 1–3"],
  [{ type: "array", items: { anyOf: [TEXT, { type: "number" }] } }, "(string | number)[]"],
  [{}, "any"],
  [{ type: "object" }, "{…}"],
  [{ type: "object", additionalProperties: TEXT }, "{ [name]: string }"],
  [
    {
      type: "object",
      required: ["a"],
      properties: {
        a: TEXT,
        b: { anyOf: [TEXT, { type: "null" }] },
        c: { type: "null" },
        d: { not: {} },
      },
      additionalProperties: { type: "null" },
    },
    "{ a: string, b?: string }",
  ],
];

for (const [schema, text] of CASES) {
  Deno.test(`schemaText() writes ${text}`, () => assert.equal(schemaText(schema), text));
}

Deno.test("schemaText() gives long objects and alternatives a line a part", () => {
  const name = "a_name_that_takes_its_place_on_a_line";
  const object = { type: "object", required: [name, "b"], properties: { [name]: TEXT, b: TEXT } };
  const schema = { anyOf: [object, { ...object, required: [name] }] };
  const lines = schemaText(schema).split("\n");
  assert.equal(lines.length, 2);
  const long = { ...object, properties: { ...object.properties, [`${name}_2`]: TEXT } };
  assert.equal(schemaText(long), `{\n  ${name}: string\n  b: string\n  ${name}_2?: string\n}`);
});
