import assert from "node:assert/strict";
import { heldRegion } from "./pixels.ts";

Deno.test("heldRegion() is what an image holds, or all of it", () => {
  const shape = { width: 640, height: 480 };
  assert.deepEqual(heldRegion(shape), { x: 0, y: 0, ...shape });
  const held = { x: 48, y: 0, width: 544, height: 480 };
  assert.deepEqual(heldRegion({ ...shape, held }), held);
});
