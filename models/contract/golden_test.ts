import assert from "node:assert/strict";
import { formatGolden, type Golden, parseGolden } from "./golden.ts";

const golden: Golden = {
  sample: { photo: "pattern" },
  inputSha256: "a".repeat(64),
  modelSha256: "b".repeat(64),
  embedding: new Float32Array([1, -0.5, 1e-20]),
};

function changed(fields: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(formatGolden(golden)), ...fields });
}

Deno.test("parseGolden() reads back what formatGolden() wrote, bit for bit", () => {
  assert.deepEqual(parseGolden(formatGolden(golden)), golden);
});

Deno.test("formatGolden() writes the elements of a view only", () => {
  const view = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
  const { embedding } = parseGolden(formatGolden({ ...golden, embedding: view }));
  assert.deepEqual(embedding, new Float32Array([1, 2]));
});

Deno.test("parseGolden() rejects broken files", () => {
  const texts = [
    "{",
    "{}",
    changed({ extra: 1 }),
    changed({ model_sha256: "B".repeat(64) }),
    changed({ embedding: "AA-A" }),
    changed({ embedding: "AAAA" }),
  ];
  for (const text of texts) assert.throws(() => parseGolden(text), { name: "SyntaxError" }, text);
});
