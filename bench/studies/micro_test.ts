import assert from "node:assert/strict";
import { measureForms } from "./micro.ts";

const TENSOR_BYTES = 3 * 224 * 224 * 4;

Deno.test("measureForms() weighs bodies exactly", () => {
  const photo = {
    jpeg: new Uint8Array(9_000),
    tensor: new Float32Array(3 * 224 * 224).fill(-1.5),
  };
  const rows = measureForms([photo, photo], 1);
  const bytes = Object.fromEntries(rows.map((row) => [row.form, row.bytes]));
  assert.equal(bytes["JPEGs as bytes"], 18_000);
  assert.equal(bytes["JPEGs as base64 in JSON"], 24_000 + '{"images":["",""]}'.length);
  const binary = bytes["tensors as bytes"] ?? 0;
  assert.ok(binary > 2 * TENSOR_BYTES && binary < 2 * TENSOR_BYTES + 300);
  // Every number is "-1.5" and a comma.
  const json = bytes["tensors as JSON numbers"] ?? 0;
  assert.ok(json > 2 * 3 * 224 * 224 * 5 && json < 2 * 3 * 224 * 224 * 5 + 200);
  assert.ok(rows.every(({ writeMs, readMs }) => writeMs >= 0 && readMs >= 0));
});
