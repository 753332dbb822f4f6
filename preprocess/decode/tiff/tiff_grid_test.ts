import assert from "node:assert/strict";
import { grayTiff, type TiffTags } from "../../../testing/tiff_file.ts";
import { assertReadable, createStripFinder, gridOf } from "./tiff_grid.ts";
import { readTiffPage } from "./tiff_page.ts";

const DATA = [1, 2, 3, 4, 5, 6, 7, 8];

function pageOf(tags: TiffTags) {
  const file = grayTiff({ 256: 10, 257: 7, ...tags }, DATA);
  return { file, page: readTiffPage(file) };
}

function strips(tags: TiffTags, count: number): number[][] {
  const { file, page } = pageOf(tags);
  const find = createStripFinder(file, page, { grid: gridOf(page), bands: 1, rowBytes: 10 });
  return Array.from({ length: count }, (_, index) => [...find(index)]);
}

Deno.test("gridOf() has no more rows a strip than the picture, and counts strips and tiles", () => {
  const shape = (tags: TiffTags) => {
    const { isTiled, width, rows, rowsNamed, across, down } = gridOf(pageOf(tags).page);
    return [isTiled, width, rows, rowsNamed, across, down];
  };
  assert.deepEqual(shape({ 278: 3 }), [false, 10, 3, 3, 1, 3]);
  assert.deepEqual(shape({ 278: 100 }), [false, 10, 7, 100, 1, 1]);
  assert.deepEqual(shape({ 278: 2 ** 32 - 1 }), [false, 10, 7, 7, 1, 1]);
  assert.deepEqual(shape({ 322: 4, 323: 16 }), [true, 4, 16, 16, 3, 1]);
  assert.throws(() => shape({ 278: 0 }), /of such a size/);
  assert.throws(() => shape({ 322: 4 }), /of such a size/);
});

Deno.test("createStripFinder() finds strips, and guesses how long an only one is", () => {
  assert.deepEqual(strips({ 278: 4, 273: [0, 3], 279: [3, 5] }, 2), [[1, 2, 3], [4, 5, 6, 7, 8]]);
  assert.deepEqual(strips({ 278: 7, 273: 5, 279: 0 }, 1), [[6, 7, 8]]);
  // As libtiff's EstimateStripByteCounts has it: nothing of what other values take.
  assert.deepEqual(strips({ 278: 7, 273: 0, 279: 0, 700: [9, 9] }, 1), [[1, 2, 3, 4, 5, 6, 7, 8]]);
  const { file, page } = pageOf({ 278: 7, 273: 0, 279: 0 });
  const longer = { ...page, directory: readTiffPage(file).directory };
  const find = createStripFinder(new Uint8Array([...file, 9, 9]), longer, {
    ...{ grid: gridOf(page), bands: 1, rowBytes: 10 },
  });
  assert.deepEqual([...find(0)], [1, 2, 3, 4, 5, 6, 7, 8], "no more than was free");
});

Deno.test("createStripFinder() refuses strips that are not in the file, or of no length", () => {
  for (const [offsets, lengths] of [[[0, 3], [3, 6]], [[0, 3], [3, 0]], [[0, 3], 3]] as const) {
    const tags = { 278: 4, 273: offsets, 279: lengths };
    assert.throws(() => strips(tags, 2), /as the file ends/, String([offsets, lengths]));
  }
});

Deno.test("assertReadable() refuses directories that libtiff refuses, though Pillow reads them", () => {
  const { file } = pageOf({});
  const judge = (change: (view: DataView, entry: (tag: number) => number) => void) => {
    const bytes = file.slice();
    const view = new DataView(bytes.buffer);
    change(view, (tag) => {
      let at = 10;
      while (view.getUint16(at, true) !== tag) at += 12;
      return at;
    });
    assertReadable(readTiffPage(bytes).directory);
  };
  judge(() => {});
  assert.throws(() => judge((view) => view.setUint16(2, 42)), /a directory that libtiff/);
  const without = (tag: number) => judge((view, entry) => view.setUint16(entry(tag), 65_000, true));
  assert.throws(() => without(273), /where its strips are/);
  const judgeTags = (tags: TiffTags) => assertReadable(pageOf(tags).page.directory);
  judgeTags({ 284: 2 });
  assert.throws(() => judgeTags({ 284: 0 }), /how its samples lie/);
  const palette = (bits: number, count: number) =>
    judgeTags({ 258: bits, 262: 3, 320: new Array<number>(count).fill(0) });
  palette(4, 48);
  palette(8, 48);
  assert.throws(() => palette(4, 47 - 2), /another number of colours/);
  const [BYTE_TYPE, NO_TYPE] = [1, 99];
  for (const type of [BYTE_TYPE, NO_TYPE]) {
    assert.throws(
      () => judge((view, entry) => view.setUint16(entry(279) + 2, type, true)),
      /tags that libtiff needs/,
    );
  }
});
