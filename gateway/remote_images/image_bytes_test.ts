import assert from "node:assert/strict";
import { ImageBytes } from "./image_bytes.ts";

Deno.test("ImageBytes puts chunks of any length together, in a buffer of their own", () => {
  for (const lengths of [[], [0], [1, 2, 3], [65_536], [65_535, 1, 1], [200_000, 1], [1, 70_000]]) {
    const bytes = new ImageBytes();
    const chunks = lengths.map((length, index) => new Uint8Array(length).fill(index + 1));
    for (const chunk of chunks) bytes.add(chunk);
    const expected = chunks.flatMap((chunk) => Array.from(chunk));
    assert.equal(bytes.length, expected.length);
    const taken = bytes.take();
    assert.deepEqual(taken, Uint8Array.from(expected));
    assert.equal(taken.buffer.byteLength, expected.length);
  }
});
