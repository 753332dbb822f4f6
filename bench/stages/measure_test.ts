import assert from "node:assert/strict";
import { timingOf } from "./measure.ts";

Deno.test("timingOf() gives median and minimum", () => {
  assert.deepEqual(timingOf([3, 1, 2]), { p50Ms: 2, minMs: 1, calls: 3 });
});
