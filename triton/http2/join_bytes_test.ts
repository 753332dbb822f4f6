import assert from "node:assert/strict";
import { joinBytes } from "./join_bytes.ts";

Deno.test("joinBytes() puts parts behind each other, and is a copy", () => {
  const first = Uint8Array.of(1, 2);
  const joined = joinBytes([first, new Uint8Array(), Uint8Array.of(3)]);
  first.fill(9);
  assert.deepEqual(joined, Uint8Array.of(1, 2, 3));
  assert.deepEqual(joinBytes([]), new Uint8Array());
});
