import assert from "node:assert/strict";
import { pngKind } from "./png_kinds.ts";

/** Mode and pixels of a row. */
function unpack(depth: number, colourType: number, row: readonly number[], byteLength: number) {
  const kind = pngKind({ depth, colourType }) ?? assert.fail("no kind");
  const pixels = new Uint8Array(byteLength);
  kind.unpack(Uint8Array.from(row), pixels);
  return [kind.mode, ...pixels];
}

Deno.test("pngKind() unpacks gray: one bit as black and white, more to 255, sixteen as they are", () => {
  assert.deepEqual(unpack(1, 0, [0b10110000, 0x80], 9), ["P", 1, 0, 1, 1, 0, 0, 0, 0, 1]);
  const palette = pngKind({ depth: 1, colourType: 0 })?.palette ?? [];
  assert.deepEqual([palette.length, ...[...palette].slice(0, 6)], [768, 0, 0, 0, 255, 255, 255]);
  assert.deepEqual(unpack(2, 0, [0b00011011], 4), ["L", 0, 85, 170, 255]);
  assert.deepEqual(unpack(4, 0, [0x0f, 0x30], 3), ["L", 0, 255, 51]);
  assert.deepEqual(unpack(8, 0, [7, 8], 2), ["L", 7, 8]);
  assert.deepEqual(unpack(16, 0, [1, 2, 3, 4], 4), ["I;16", 2, 1, 4, 3]);
});

Deno.test("pngKind() unpacks indices and colours, of sixteen bits the upper eight", () => {
  assert.deepEqual(unpack(2, 3, [0b00011011], 4), ["P", 0, 1, 2, 3]);
  assert.deepEqual(unpack(8, 2, [1, 2, 3], 3), ["RGB", 1, 2, 3]);
  assert.deepEqual(unpack(16, 2, [1, 9, 2, 9, 3, 9], 3), ["RGB", 1, 2, 3]);
  assert.deepEqual(unpack(16, 6, [1, 9, 2, 9, 3, 9, 4, 9], 4), ["RGBA", 1, 2, 3, 4]);
  assert.deepEqual(unpack(8, 4, [1, 2], 4), ["RGBA", 1, 1, 1, 2]);
  assert.deepEqual(unpack(16, 4, [1, 9, 2, 9], 4), ["RGBA", 1, 1, 1, 2]);
});

Deno.test("pngKind() is undefined where there is no such kind", () => {
  assert.equal(pngKind({ depth: 4, colourType: 2 }), undefined);
  assert.equal(pngKind({ depth: 8, colourType: 7 }), undefined);
});
