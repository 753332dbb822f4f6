import assert from "node:assert/strict";
import { bmpOf } from "../../testing/bmp_bytes.ts";
import { readBmpHead, readBmpHeader } from "./bmp_header.ts";

Deno.test("readBmpHeader() gives the size, and the bytes of a pixel", () => {
  assert.deepEqual(readBmpHeader(bmpOf({ width: 97, height: 61, bits: 4 })), {
    width: 97,
    height: 61,
    sampleBytes: 0.5,
  });
  const old = bmpOf({ width: 97, height: 65_535, bits: 24, headerBytes: 12 });
  assert.deepEqual(readBmpHeader(old), { width: 97, height: 65_535, sampleBytes: 3 });
});

Deno.test("readBmpHead() takes a negative height for rows from the top", () => {
  const { height, isTopDown } = readBmpHead(bmpOf({ height: -61 }));
  assert.deepEqual([height, isTopDown], [61, true]);
  assert.equal(readBmpHead(bmpOf({})).isTopDown, false);
  assert.equal(readBmpHead(bmpOf({ width: -3 })).width, 2 ** 32 - 3);
});

Deno.test("readBmpHead() finds palette and pixels", () => {
  const places = (...parameters: Parameters<typeof bmpOf>) => {
    const { colours, colourBytes, paletteStart, dataStart } = readBmpHead(bmpOf(...parameters));
    return [colours, colourBytes, paletteStart, dataStart];
  };
  assert.deepEqual(places({ bits: 8, offset: 99 }), [256, 4, 54, 99]);
  assert.deepEqual(places({ bits: 8, offset: 54 }), [256, 4, 54, 54 + 1024]);
  assert.deepEqual(places({ bits: 8, offset: 54, colours: 5 }), [5, 4, 54, 74]);
  assert.deepEqual(places({ bits: 8, offset: 0 }), [256, 4, 54, undefined]);
  assert.deepEqual(places({ bits: 1, headerBytes: 12, offset: 26 }), [2, 3, 26, 32]);
  assert.equal(places({ bits: 16, compression: 3 }, Array(12).fill(0))[2], 66);
  assert.equal(places({ bits: 16, compression: 3, headerBytes: 124 })[2], 138);
});

Deno.test("readBmpHead() reads as many masks as the header has", () => {
  const masks = Array.from({ length: 16 }, (_, at) => at % 4 === 0 ? at + 1 : 0);
  const read = (headerBytes: number) => {
    const bytes = bmpOf({ bits: 32, compression: 3, headerBytes }, masks);
    bytes.set(masks, 54);
    return readBmpHead(bytes).masks;
  };
  assert.deepEqual(read(40), [1, 5, 9]);
  assert.deepEqual(read(52), [1, 5, 9]);
  assert.deepEqual(read(56), [1, 5, 9, 13]);
});

Deno.test("readBmpHead() refuses headers of other kinds, and those that end early", () => {
  assert.throws(() => readBmpHead(bmpOf({ headerBytes: 41 })), {
    name: "Refusal",
    code: "unsupported_image",
  });
  for (const length of [14, 17, 53]) {
    assert.throws(() => readBmpHead(bmpOf({}).subarray(0, length)), RangeError, String(length));
  }
  assert.throws(() => readBmpHead(bmpOf({ compression: 3 }).subarray(0, 60)), RangeError);
});
