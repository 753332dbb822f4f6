import assert from "node:assert/strict";
import { assertEmbeddings } from "./embeddings_check.ts";

const EXPECTED = { rows: 2, dim: 3 };

Deno.test("assertEmbeddings() lets n × dim finite values pass", () => {
  assertEmbeddings(new Float32Array(6), EXPECTED, "internal");
  assertEmbeddings(Float32Array.of(-3.4e38, 3.4e38, 1e-45, 0, -0, 1), EXPECTED, "internal");
  assertEmbeddings(new Float32Array(0), { rows: 0, dim: 3 }, "internal");
});

Deno.test("assertEmbeddings() refuses fewer and more values, by the code it is told", () => {
  for (const length of [0, 3, 5, 7, 9]) {
    assert.throws(() => assertEmbeddings(new Float32Array(length), EXPECTED, "upstream_error"), {
      name: "GatewayError",
      code: "upstream_error",
      message: `Cannot use embeddings as there must be 6 values: there are ${length}`,
    });
  }
});

Deno.test("assertEmbeddings() refuses a single value that is not finite", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    for (const index of [0, 5]) {
      const embeddings = new Float32Array(6).with(index, value);
      assert.throws(() => assertEmbeddings(embeddings, EXPECTED, "internal"), {
        code: "internal",
        message: "Cannot use embeddings as all their values must be finite",
      });
    }
  }
});
