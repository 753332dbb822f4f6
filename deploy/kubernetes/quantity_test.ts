import assert from "node:assert/strict";
import { parseQuantity } from "./quantity.ts";

Deno.test("parseQuantity() knows cores, bytes and counts", () => {
  assert.deepEqual(
    ["500m", "2", 14, "384Mi", "1.5Gi", "2G"].map(parseQuantity),
    [0.5, 2, 14, 384 * 2 ** 20, 1.5 * 2 ** 30, 2e9],
  );
});

Deno.test("parseQuantity() refuses what is no quantity", () => {
  for (const text of ["", "Mi", "1 Gi", "5MB"]) {
    assert.throws(() => parseQuantity(text), SyntaxError, text);
  }
});
