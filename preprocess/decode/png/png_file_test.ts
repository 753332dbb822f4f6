import assert from "node:assert/strict";
import { pngChunk, pngHead, pngOf } from "../../../testing/png_bytes.ts";
import { PngFile } from "./png_file.ts";

const END = pngChunk("IEND");

function pieces(...chunks: readonly Uint8Array[]): number[][] {
  return [...new PngFile(pngOf(pngHead(), ...chunks)).pieces()].map((piece) => [...piece]);
}

Deno.test("PngFile.pieces() are those of neighbouring chunks of pixels, in steps of 64 KiB", () => {
  const [first, second] = [pngChunk("IDAT", [1, 2]), pngChunk("IDAT", [3], 0)];
  const empty = pngChunk("IDAT");
  assert.deepEqual(pieces(empty, first, empty, second, END), [[1, 2], [3]]);
  assert.deepEqual(pieces(first, pngChunk("tEXt"), second), [[1, 2]]);
  assert.deepEqual(pieces(first, second).map(({ length }) => length), [2, 1]);
  const long = pngChunk("IDAT", new Uint8Array(150_000));
  assert.deepEqual(pieces(long).map(({ length }) => length), [65_536, 65_536, 18_928]);
  const cut = pngOf(pngHead(), long).subarray(0, 70_000);
  assert.deepEqual([...new PngFile(cut).pieces()].map(({ length }) => length), [65_536, 4423]);
});

Deno.test("PngFile checks what stands before the pixels, checksums included", () => {
  const data = pngChunk("IDAT", [1]);
  assert.throws(() => pieces(pngChunk("tEXt", [1], 0), data), /checksum/);
  assert.throws(() => pieces(pngChunk("gAMA", [1]), data), /too short/);
  assert.throws(() => pieces(END), /Cannot find IDAT/);
  assert.throws(
    () => new PngFile(pngOf(pngHead(), pngChunk("tEXt", [1, 2])).subarray(0, -5)),
    /ends/,
  );
});

Deno.test("PngFile.readTail() checks what stands behind them, checksums left out, and may find no end", () => {
  const readTail = (...chunks: readonly Uint8Array[]) => {
    const file = new PngFile(pngOf(pngHead(), pngChunk("IDAT", [1]), ...chunks));
    assert.equal([...file.pieces()].length, 1);
    file.readTail();
  };
  readTail(END, pngChunk("gAMA", [1]));
  readTail(pngChunk("tEXt", [1], 0));
  assert.throws(() => readTail(pngChunk("gAMA", [1]), END), /too short/);
  const cut = pngOf(pngHead(), pngChunk("IDAT", [1]), pngChunk("tEXt", [1, 2])).subarray(0, -5);
  assert.throws(() => new PngFile(cut).readTail(), /ends early/);
});
