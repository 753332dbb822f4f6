import assert from "node:assert/strict";
import { bmpOf } from "../../../testing/bmp_bytes.ts";
import { readBmpHead } from "../../header/bmp_header.ts";
import { readBmpPalette } from "./bmp_palette.ts";

function palette(bits: number, colours: number, ...bytes: readonly number[]) {
  const file = bmpOf({ bits, colours }, bytes);
  const { colours: found, ...rest } = readBmpPalette(file, readBmpHead(file));
  return { ...rest, colours: found && [...found.subarray(0, 9)], length: found?.length };
}

Deno.test("readBmpPalette() gives 256 colours, those that the file lacks in black", () => {
  assert.deepEqual(palette(8, 2, 1, 2, 3, 0, 4, 5, 6, 0), {
    ...{ colours: [3, 2, 1, 6, 5, 4, 0, 0, 0], length: 768, isBilevel: false, end: 62 },
  });
  assert.deepEqual(palette(8, 200, 1, 2, 3, 0, 4, 5).colours, [3, 2, 1, 0, 0, 0, 0, 0, 0]);
});

Deno.test("readBmpPalette() leaves out grays, and makes black and white of two or one", () => {
  const ramp = Array.from({ length: 64 }, (_, at) => at % 4 === 3 ? 0 : at >> 2);
  assert.equal(palette(4, 0, ...ramp).colours, undefined);
  const bilevel = palette(1, 0, 0, 0, 0, 0, 255, 255, 255, 0);
  assert.deepEqual([bilevel.isBilevel, ...bilevel.colours ?? []].slice(0, 7), [
    true,
    ...[0, 0, 0, 255, 255, 255],
  ]);
  assert.equal(palette(1, 1, 0, 0, 0, 0).isBilevel, true);
  assert.equal(palette(1, 0, 0, 0, 0, 0, 1, 1, 1, 0).isBilevel, false);
});

Deno.test("readBmpPalette() refuses more colours than there are indices", () => {
  const refused = { name: "Refusal", code: "unsupported_image" };
  assert.throws(() => palette(8, 257, ...Array(257 * 4).fill(9)), refused);
  assert.throws(() => palette(8, 65_537), refused);
});
