import assert from "node:assert/strict";
import { checkedRows } from "./embeddings_check.ts";

const EXPECTED = { count: 2, dim: 3 };

Deno.test("checkedRows() lets n × dim finite values pass, a row each", () => {
  assert.deepEqual(checkedRows(Float32Array.of(1, 2, 3, 4, 5, 6), EXPECTED, "internal"), [
    Float32Array.of(1, 2, 3),
    Float32Array.of(4, 5, 6),
  ]);
  checkedRows(Float32Array.of(-3.4e38, 3.4e38, 1e-45, 0, -0, 1), EXPECTED, "internal");
  assert.deepEqual(checkedRows(new Float32Array(0), { count: 0, dim: 3 }, "internal"), []);
});

Deno.test("checkedRows() refuses fewer and more values, by the code it is told", () => {
  for (const length of [0, 3, 5, 7, 9]) {
    assert.throws(() => checkedRows(new Float32Array(length), EXPECTED, "upstream_error"), {
      name: "GatewayError",
      code: "upstream_error",
      message: `Cannot use embeddings as there must be 6 values: there are ${length}`,
    });
  }
});

Deno.test("checkedRows() refuses a single value that is not finite", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    for (const index of [0, 5]) {
      const embeddings = new Float32Array(6).with(index, value);
      assert.throws(() => checkedRows(embeddings, EXPECTED, "internal"), {
        code: "internal",
        message: "Cannot use embeddings as all their values must be finite",
      });
    }
  }
});

Deno.test("checkedRows() gives the wanted rows alone, and judges no other", () => {
  const values = Float32Array.of(NaN, NaN, NaN, 4, 5, 6);
  assert.deepEqual(checkedRows(values, { ...EXPECTED, wanted: [1] }, "internal"), [
    Float32Array.of(4, 5, 6),
  ]);
  const half = values.subarray(0, 3);
  assert.throws(() => checkedRows(half, { ...EXPECTED, wanted: [0] }, "internal"), {
    message: "Cannot use embeddings as there must be 6 values: there are 3",
  });
});
