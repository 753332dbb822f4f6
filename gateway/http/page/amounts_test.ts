import assert from "node:assert/strict";
import { bytesText, cosineText, countText, millisecondsText } from "./amounts.js";

Deno.test("amounts are as people read them", () => {
  assert.deepEqual([1, 7_807, 24_680, 602_112, 3_010_560].map(bytesText), [
    "1 byte",
    "7,807 bytes",
    "24.7 kB",
    "602 kB",
    "3.01 MB",
  ]);
  assert.deepEqual([countText(1, "photo"), countText(1_200, "photo")], ["1 photo", "1,200 photos"]);
  assert.deepEqual([0.844, 12.34, 1234].map(millisecondsText), ["0.84 ms", "12.3 ms", "1234.0 ms"]);
  assert.deepEqual([0.844, -0.001, 1, -0.126].map(cosineText), ["0.84", "0.00", "1.00", "-0.13"]);
});
