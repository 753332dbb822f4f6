import assert from "node:assert/strict";
import { batchMs, fullRate, parseBatchCurve } from "./batch_curve.ts";

Deno.test("batchMs() of a line is a batch's part and an image's part", () => {
  const curve = parseBatchCurve("2+0.25");
  assert.deepEqual([1, 8].map((images) => batchMs(curve, images)), [2.25, 4]);
  assert.equal(fullRate(curve, 8), 2000);
});

Deno.test("batchMs() of points is straight between them and an image's price beyond the last", () => {
  const curve = parseBatchCurve("2:1,4:3,8:4");
  assert.deepEqual([1, 2, 3, 6, 8, 16].map((images) => batchMs(curve, images)), [
    ...[1, 1, 2, 3.5, 4, 8],
  ]);
});

for (const text of ["", "2", "2+", "1:0", "0+0", "8:2,1:3", "1:2,1:3", "0:1", "1.5:2", "1:2,"]) {
  Deno.test(`parseBatchCurve() refuses "${text}"`, () => {
    assert.throws(() => parseBatchCurve(text), { name: "SyntaxError", message: /write 2\+0\.18/ });
  });
}
