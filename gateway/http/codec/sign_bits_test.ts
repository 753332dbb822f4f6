import assert from "node:assert/strict";
import { packSigns } from "./sign_bits.ts";

// numpy.packbits(values > 0), and the same less 128.
for (
  const [values, bytes] of [
    [[1, -1, 0, -0, 1e-45, 0.5, -0.5, 2], [0b10001101]],
    [[1, 1, 1, 1, 1, 1, 1, 1, -1, 1], [255, 0b01000000]],
    [[-1, -1, -1, -1, -1, -1, -1, -1], [0]],
    [[NaN, Infinity, -Infinity], [0b01000000]],
    [[], []],
  ] as const
) {
  Deno.test(`packSigns() of ${values} are numpy's bits`, () => {
    const embedding = Float32Array.from(values);
    assert.deepEqual([...packSigns(embedding, "ubinary")], bytes);
    assert.deepEqual([...packSigns(embedding, "binary")], bytes.map((byte) => byte - 128));
  });
}
