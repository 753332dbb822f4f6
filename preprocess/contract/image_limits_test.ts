import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "./image_limits.ts";

Deno.test("DEFAULT_LIMITS have room for camera originals, and for no bomb", () => {
  assert.ok(DEFAULT_LIMITS.pixelsMax >= 6000 * 4000);
  assert.ok(DEFAULT_LIMITS.pixelsMax < 65_500 * 65_500 / 100);
  assert.ok(DEFAULT_LIMITS.scansMax < 1000);
});
