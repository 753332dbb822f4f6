import assert from "node:assert/strict";
import { fingerprint } from "./fingerprint.ts";

Deno.test("fingerprint() shows every byte and its place", () => {
  const bytes = new Uint8Array(64);
  bytes[0] = 3;
  bytes[33] = 5;
  assert.deepEqual(fingerprint(bytes, 2), new Float32Array([3, 10]));
  assert.deepEqual(fingerprint(bytes, 1), new Float32Array([3 + 5 * 3]));
  assert.throws(() => fingerprint(bytes, 3), RangeError);
});
