import assert from "node:assert/strict";
import { readTiffPage } from "./tiff_page.ts";

const LONG = 4;
/** Gray of 8 bits, 10 × 7 pixels, deflated. */
const GRAY: readonly (readonly [number, readonly number[]])[] = [
  [256, [10]],
  [257, [7]],
  [258, [8]],
  [259, [8]],
  [262, [1]],
];

/** A big-endian TIFF of these tags, all of them LONGs, without any pixels. */
function file(tags: readonly (readonly [number, readonly number[]])[]): Uint8Array<ArrayBuffer> {
  const all = [...GRAY, ...tags].filter(([tag], index, { length }) =>
    index >= length - tags.length || !tags.some(([other]) => other === tag)
  );
  const arrays = all.reduce((sum, [, values]) => sum + values.length * 4, 0);
  const view = new DataView(new ArrayBuffer(10 + all.length * 12 + arrays));
  view.setUint32(0, 0x4d4d002a);
  view.setUint32(4, 8);
  view.setUint16(8, all.length);
  let end = 10 + all.length * 12;
  all.forEach(([tag, values], index) => {
    const at = 10 + index * 12;
    view.setUint16(at, tag);
    view.setUint16(at + 2, LONG);
    view.setUint32(at + 4, values.length);
    view.setUint32(at + 8, values.length === 1 ? values[0] as number : end);
    if (values.length === 1) return;
    values.forEach((value, number) => view.setUint32(end + 4 * number, value));
    end += values.length * 4;
  });
  return new Uint8Array(view.buffer);
}

Deno.test("readTiffPage() reads as many strips as the picture has rows for", () => {
  const tags = [[273, [100, 200, 300, 400]], [278, [3]], [279, [5, 6, 7, 8]]] as const;
  const { segments } = readTiffPage(file(tags));
  assert.deepEqual(
    segments.map(({ y, rows, offset, byteLength }) => [y, rows, offset, byteLength]),
    [
      [0, 3, 100, 5],
      [3, 3, 200, 6],
      [6, 1, 300, 7],
    ],
  );
  assert.ok(segments.every(({ rowsMax, width }) => rowsMax === 3 && width === 10));
});

Deno.test("readTiffPage() has no more rows a strip than the picture", () => {
  const { segments } = readTiffPage(file([[273, [100]], [278, [2 ** 32 - 1]], [279, [5]]]));
  assert.deepEqual(segments.map(({ rows, rowsMax }) => [rows, rowsMax]), [[7, 7]]);
});

Deno.test("readTiffPage() reads tiles, row by row", () => {
  const tags = [
    [322, [8]],
    [323, [4]],
    [324, [1, 2, 3, 4]],
    [325, [9, 9, 9, 9]],
  ] as const;
  const { segments } = readTiffPage(file(tags));
  assert.deepEqual(segments.map(({ x, y, rows, offset }) => [x, y, rows, offset]), [
    [0, 0, 4, 1],
    [8, 0, 4, 2],
    [0, 4, 3, 3],
    [8, 4, 3, 4],
  ]);
});

Deno.test("readTiffPage() refuses more strips or tiles than anybody makes, by the picture's size alone", () => {
  const strips = [[257, [16_385]], [273, [1]], [278, [1]], [279, [1]]] as const;
  assert.throws(() => readTiffPage(file(strips)), {
    code: "image_too_large",
    message: "Cannot decode image as its strips or tiles must be ≤ 16384: current value is 16385",
  });
  const tiles = (side: number) =>
    [[256, [200]], [257, [200]], [322, [side]], [323, [side]], [324, [1]], [325, [1]]] as const;
  assert.throws(() => readTiffPage(file(tiles(1))), {
    message: /strips or tiles must be ≤ 16384: current value is 40000$/,
  });
  assert.equal(readTiffPage(file(tiles(2048))).segments.length, 1);
  assert.throws(() => readTiffPage(file(tiles(2049))), {
    code: "image_too_large",
    message: /pixels of its tiles must be ≤ 4194304: current value is 4198401$/,
  });
});

Deno.test("readTiffPage() refuses what is not decoded, and compressed strips of unknown length", () => {
  const kinds = {
    turned: [274, [6]],
    "of this colour": [262, [5]],
    "of 4 bits": [258, [4]],
  } as const;
  for (const [what, tag] of Object.entries(kinds)) {
    assert.throws(() => readTiffPage(file([tag])), {
      code: "unsupported_image",
      message: new RegExp(`TIFFs that are ${what}`),
    });
  }
  assert.throws(() => readTiffPage(file([[339, [3]]])), { code: "unsupported_image" });
  assert.throws(() => readTiffPage(file([[317, [3]]])), /Cannot find its predictor/);
  assert.throws(() => readTiffPage(file([[273, [100]]])), /how long its strips are/);
});
