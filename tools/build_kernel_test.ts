import assert from "node:assert/strict";
import { firstDifference } from "./build_kernel.ts";

Deno.test("firstDifference() finds nothing in equal bytes", () => {
  assert.equal(firstDifference(Uint8Array.of(1, 2), Uint8Array.of(1, 2)), undefined);
});

Deno.test("firstDifference() finds a changed byte and a missing one", () => {
  assert.equal(firstDifference(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 0, 0)), 1);
  assert.equal(firstDifference(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0)), 2);
  assert.equal(firstDifference(Uint8Array.of(1, 2), Uint8Array.of(1)), 1);
});
