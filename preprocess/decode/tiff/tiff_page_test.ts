import assert from "node:assert/strict";
import { grayTiff, type TiffTags } from "../../../testing/tiff_file.ts";
import { readTiffPage } from "./tiff_page.ts";

const page = (tags: TiffTags) => readTiffPage(grayTiff(tags, [0, 0, 0, 0]));

Deno.test("readTiffPage() takes one sample's bits for all, and leaves out those of none", () => {
  assert.deepEqual(page({ 262: 2, 277: 3, 258: 8 }).bits, [8, 8, 8]);
  assert.deepEqual(page({ 258: [8, 8, 8] }).bits, [8]);
  assert.throws(() => page({ 262: 2, 277: 3, 258: [8, 8] }), /the bits of each sample/);
});

Deno.test("readTiffPage() leaves planes of nothing in particular out", () => {
  const tags = { 262: 2, 277: 4, 258: [8, 8, 8, 8], 338: 0 };
  assert.equal(page({ ...tags, 284: 2 }).kind.layout, "RGB");
  assert.equal(page(tags).kind.layout, "RGBX");
});

Deno.test("readTiffPage() lets libtiff put the bits in order", () => {
  assert.equal(page({ 258: 4, 266: 2 }).kind.layout, "L;4R");
  assert.equal(page({ 258: 4, 266: 2, 259: 8 }).kind.layout, "L;4");
  assert.equal(page({ 258: 1, 262: 0, 266: 2, 259: 8 }).kind.layout, "1;I");
});

Deno.test("readTiffPage() keeps the upper bytes of a palette; colours that it lacks are black", () => {
  const { palette = new Uint8Array() } = page({
    262: 3,
    320: [0x1234, 0x100, 0x5678, 0x200, 0x9abc, 0x300],
  });
  assert.deepEqual([...palette.subarray(0, 9)], [0x12, 0x56, 0x9a, 1, 2, 3, 0, 0, 0]);
  assert.throws(() => page({ 262: 3 }), /the palette/);
  assert.throws(() => page({ 262: 3, 320: new Array<number>(771).fill(1) }), /the palette/);
});

Deno.test("readTiffPage() has no size of 0, and no tag that is no number", () => {
  assert.throws(() => page({ 257: 0 }), /the size of a TIFF/);
  const file = grayTiff({}, [0]);
  new DataView(file.buffer).setUint16(10 + 3 * 12 + 2, 2, true);
  assert.throws(() => readTiffPage(file), /Cannot read TIFF tag 259 as a number/);
});

Deno.test("readTiffPage() takes bits and sample formats that are no numbers for none of its kinds, as Pillow", () => {
  const BYTE = 1;
  for (const tag of [258, 338, 339]) {
    const file = grayTiff({ [tag]: tag === 258 ? 8 : 1 }, [0]);
    const view = new DataView(file.buffer);
    const entry = Array.from({ length: 10 }, (_, at) => 10 + at * 12).find((at) =>
      view.getUint16(at, true) === tag
    );
    assert.ok(entry);
    view.setUint16(entry + 2, BYTE, true);
    assert.throws(() => readTiffPage(file), new RegExp(`tag ${tag} as a number`));
  }
});
