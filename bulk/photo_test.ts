import assert from "node:assert/strict";
import { tooLarge } from "./photo.ts";

Deno.test("tooLarge() is a photo's own fault, by a code of the catalogue", () => {
  const error = tooLarge(8);
  assert.deepEqual([error.code, error.isOfGateway], ["body_too_large", false]);
  assert.match(error.message, /must be ≤ 8$/);
});
