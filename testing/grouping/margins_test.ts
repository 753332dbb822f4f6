import assert from "node:assert/strict";
import { testFile } from "../harness.ts";
import { CopyMaker } from "./altered_copies.ts";
import { marginsOf } from "./margins.ts";

const turned = (degrees: number) =>
  Float32Array.of(Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180));

Deno.test("marginsOf() lies half-way between the farthest copy and the nearest others", () => {
  const { farthestCopies, nearestOthers, threshold, isClear } = marginsOf([
    [turned(0), turned(10), turned(2)],
    [turned(60), turned(55), turned(80)],
  ]);
  const degrees = (cosine: number) => Math.round(Math.acos(cosine) * 180 / Math.PI);
  assert.deepEqual([...farthestCopies.map(degrees), degrees(nearestOthers)], [10, 20, 60]);
  assert.ok(Math.abs(threshold - (0.9396926 + 0.5) / 2) < 1e-6);
  assert.equal(isClear, true);
  assert.equal(marginsOf([[turned(0), turned(50)], [turned(30), turned(31)]]).isClear, false);
});

Deno.test("CopyMaker makes four copies of a photo, all of them other files", async () => {
  using maker = new CopyMaker();
  const copies = await maker.make(await testFile("photos/cat.jpg"));
  assert.equal(new Set(copies.map((jpeg) => jpeg.toBase64())).size, 5);
  assert.ok(copies.every((jpeg) => jpeg[0] === 0xff && jpeg[1] === 0xd8));
});
