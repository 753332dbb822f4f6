import assert from "node:assert/strict";
import { cosine } from "./agreement.ts";

Deno.test("cosine() ignores length", () => {
  const a = Float32Array.of(1, 2, 2);
  assert.ok(Math.abs(cosine(a, Float32Array.of(2, 4, 4)) - 1) < 1e-12);
  assert.ok(Math.abs(cosine(a, Float32Array.of(-2, 1, 0))) < 1e-12);
});
