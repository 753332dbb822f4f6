import assert from "node:assert/strict";
import { cosine, modalityOf } from "./embedding.ts";

Deno.test("modalityOf() tells photos from words", () => {
  assert.deepEqual([modalityOf(new Uint8Array()), modalityOf({ text: "" })], ["image", "text"]);
});

Deno.test("cosine() is that of vectors of length 1, and none of vectors of two dimensions", () => {
  const [a, b] = [Float32Array.of(0.6, 0.8), Float32Array.of(0.8, -0.6)];
  assert.ok(Math.abs(cosine(a, a) - 1) < 1e-7 && Math.abs(cosine(a, b)) < 1e-7);
  assert.ok(Number.isNaN(cosine(a, Float32Array.of(1, 0, 0))));
});
