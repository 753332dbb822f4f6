import assert from "node:assert/strict";
import type { BmpHead } from "../../header/bmp_header.ts";
import { BMP_INDICES, type BmpKind, bmpKind } from "./bmp_kinds.ts";

function head(bits: number, ...masks: readonly number[]): BmpHead {
  return {
    ...{ width: 1, height: 1, bits, compression: masks.length > 0 ? 3 : 0, isTopDown: false },
    ...{ masks, colours: 0, colourBytes: 4, paletteStart: 0, dataStart: 0 },
  };
}

function unpack(kind: BmpKind, row: readonly number[], byteLength: number) {
  const pixels = new Uint8Array(byteLength);
  kind.unpack(Uint8Array.from(row), pixels);
  return [kind.mode, ...pixels];
}

// All kinds stand beside Pillow in rasters_test.ts.

Deno.test("bmpKind() puts blue, green and red into order, and drops a fourth byte", () => {
  assert.deepEqual(unpack(bmpKind(head(24)), [1, 2, 3, 4, 5, 6], 6), ["RGB", 3, 2, 1, 6, 5, 4]);
  assert.deepEqual(unpack(bmpKind(head(32)), [1, 2, 3, 4], 3), ["RGB", 3, 2, 1]);
});

Deno.test("bmpKind() goes by the masks, of which only some are known", () => {
  const masks = [0xff0000, 0xff00, 0xff];
  assert.deepEqual(unpack(bmpKind(head(32, ...masks)), [1, 2, 3, 4], 3), ["RGB", 3, 2, 1]);
  const alpha = head(32, ...masks, 0xff000000);
  assert.deepEqual(unpack(bmpKind(alpha), [1, 2, 3, 4], 4), ["RGBA", 3, 2, 1, 4]);
  assert.throws(() => bmpKind(head(32, 0xff00, 0xff, 0xff0000)), { code: "unsupported_image" });
});

Deno.test("bmpKind() spreads fields of 5 and 6 bits over 0 to 255", () => {
  assert.deepEqual(unpack(bmpKind(head(16)), [0xff, 0x7f, 0x21, 0x04], 6), [
    "RGB",
    ...[255, 255, 255],
    ...[8, 8, 8],
  ]);
  const six = head(16, 0xf800, 0x7e0, 0x1f);
  assert.deepEqual(unpack(bmpKind(six), [0xe0, 0x07], 3), ["RGB", 0, 255, 0]);
});

Deno.test("bmpKind() refuses other depths and packings", () => {
  for (
    const other of [head(2), head(48), { ...head(24), compression: 4 }, {
      ...head(32),
      compression: 1,
    }]
  ) {
    assert.throws(() => bmpKind(other), { name: "Refusal", code: "unsupported_image" });
  }
});

Deno.test("BMP_INDICES unpacks several pixels a byte, the first in its upper bits", () => {
  assert.deepEqual(unpack(BMP_INDICES[4] as BmpKind, [0x1f, 0x20], 3), ["P", 1, 15, 2]);
  assert.deepEqual(unpack(BMP_INDICES[1] as BmpKind, [0xa0, 0x80], 9), [
    "P",
    1,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    1,
  ]);
});
