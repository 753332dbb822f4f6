import assert from "node:assert/strict";
import { formatSeconds } from "./progress.ts";

Deno.test("formatSeconds() rounds once", () => {
  assert.deepEqual([0.4, 59.4, 59.6, 119.6].map(formatSeconds), [
    "0 s",
    "59 s",
    "1 min 0 s",
    "2 min 0 s",
  ]);
});
