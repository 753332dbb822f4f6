import assert from "node:assert/strict";
import { readGifHead, readGifHeader } from "./gif_header.ts";

interface GifParts {
  readonly flags?: number;
  readonly palette?: readonly number[];
  readonly extensions?: readonly number[];
  readonly frame?: readonly [x: number, y: number, width: number, height: number];
  readonly frameFlags?: number;
}

const COLOURS = [9, 9, 9, 255, 0, 255];
const GRAYS = [0, 0, 0, 1, 1, 1];

/** Canvas of 10×20 with a global palette of 2 colours, and a frame. */
function gif(parts: GifParts = {}): Uint8Array {
  const { flags = 0x80, palette = COLOURS, extensions = [], frameFlags = 0 } = parts;
  const frame = (parts.frame ?? [0, 0, 1, 1]).flatMap((side) => [side, 0]);
  const head = [...new TextEncoder().encode("GIF89a"), 10, 0, 20, 0, flags, 0, 0];
  return Uint8Array.from([...head, ...palette, ...extensions, 0x2c, ...frame, frameFlags, 2]);
}

/** Width and height alone. */
function sizeOf(bytes: Uint8Array): number[] {
  const { width, height } = readGifHeader(bytes);
  return [width, height];
}

// That Pillow reads them so is told by rasters_test.ts.

Deno.test("readGifHeader() is the canvas, which grows where the first frame reaches beyond", () => {
  assert.deepEqual(sizeOf(gif()), [10, 20]);
  assert.deepEqual(sizeOf(gif({ frame: [0, 0, 200, 1] })), [200, 20]);
  assert.deepEqual(sizeOf(gif({ frame: [9, 0, 2, 1] })), [11, 20]);
  assert.deepEqual(sizeOf(gif({ frame: [1, 19, 1, 200] })), [10, 219]);
});

Deno.test("readGifHead() finds the frame behind a palette of any size, or none", () => {
  for (const [flags, colours] of [[0, 0], [7, 0], [0x80, 2], [0x82, 8], [0x87, 256]] as const) {
    const bytes = gif({ flags, palette: Array(3 * colours).fill(9), frame: [1, 2, 200, 3] });
    const { frame, dataStart } = readGifHead(bytes);
    assert.deepEqual(frame, { x: 1, y: 2, width: 200, height: 3 }, `${flags}`);
    assert.equal(dataStart, bytes.length);
  }
});

Deno.test("readGifHead() takes the frame's palette before the file's, and grays for none", () => {
  const head = (parts: GifParts) => {
    const { palette, hasTwoPalettes } = readGifHead(gif(parts));
    return [palette && [...palette], hasTwoPalettes];
  };
  assert.deepEqual(head({}), [COLOURS, false]);
  assert.deepEqual(head({ palette: GRAYS }), [undefined, false]);
  assert.deepEqual(head({ flags: 0, palette: [] }), [undefined, false]);
  const own = (palette: readonly number[]) => {
    const bytes = gif({ frameFlags: 0x80 });
    return readGifHead(Uint8Array.from([...bytes.subarray(0, -1), ...palette, 2]));
  };
  assert.deepEqual(own(GRAYS).hasTwoPalettes, true);
  assert.deepEqual([...own([1, 2, 3, 4, 5, 6]).palette ?? []], [1, 2, 3, 4, 5, 6]);
});

Deno.test("readGifHead() reads the transparent index, and passes over what else stands before the frame", () => {
  const control = (flags: number, index: number) => [0x21, 0xf9, 4, flags, 0, 0, index, 0];
  const surround = (...extensions: number[][]) =>
    readGifHead(gif({ extensions: extensions.flat() })).surround;
  assert.equal(surround(), 0);
  assert.equal(surround(control(1, 7)), 7);
  assert.equal(surround(control(0, 7)), 0);
  assert.equal(surround(control(1, 7), control(0, 9)), 7);
  assert.equal(surround([0x21, 0xfe, 3, 0x2c, 2, 3, 2, 1, 2, 0], control(1, 5)), 5);
  assert.equal(surround([0, 1, 2], [0x21, 1, 0, 0], control(1, 6)), 6);
});

Deno.test("readGifHead() refuses a file without a frame, and throws where the head ends early", () => {
  const bytes = gif();
  const ended = Uint8Array.from([...bytes.subarray(0, 19), 0x3b]);
  assert.throws(() => readGifHead(ended), { name: "Refusal", code: "invalid_image" });
  for (const length of [0, 12, 29]) {
    assert.throws(() => readGifHead(bytes.subarray(0, length)), RangeError, String(length));
  }
  assert.throws(() => readGifHead(gif({ extensions: [0x21, 0xf9, 2, 1, 2, 0] })), RangeError);
});

Deno.test("readGifHead() gives up on more blocks before the frame than anybody writes", () => {
  const [few, many] = [20_000, 40_000];
  for (const part of [[0x21, 1, 0, 0], [0x21, 1, 1, 9, 0]]) {
    const extensions = (count: number) => Array<number[]>(count).fill(part).flat();
    readGifHead(gif({ extensions: extensions(few) }));
    assert.throws(() => readGifHead(gif({ extensions: extensions(many) })), {
      code: "unsupported_image",
    });
  }
  const comment = (count: number) => [0x21, 0xfe, ...Array<number[]>(count).fill([1, 9]).flat(), 0];
  readGifHead(gif({ extensions: comment(few) }));
  for (const extensions of [comment(70_000), Array<number>(70_000).fill(7)]) {
    assert.throws(() => readGifHead(gif({ extensions })), { code: "unsupported_image" });
  }
});
