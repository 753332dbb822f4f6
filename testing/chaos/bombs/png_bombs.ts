/** PNGs (ISO/IEC 15948) that grow. */
import { pngChunk, pngHead, pngOf } from "../../png_bytes.ts";
import { type Bomb, type BombRequest, join, repeat, SIDE, text, zeros } from "./bomb.ts";

const MIB = 1024 * 1024;
const COLOR = { gray: 0, rgb: 2, rgba: 6 };
/** Most of what a file may inflate to here: it takes seconds to make. */
const ZEROS = 512 * MIB;

interface PngFields {
  readonly side: number;
  readonly depth: number;
  readonly color: number;
  readonly interlaced?: boolean;
}

function png(fields: PngFields, ...chunks: readonly Uint8Array[]): BombRequest {
  const { side, depth, color, interlaced = false } = fields;
  const size = { width: side, height: side, depth, colourType: color };
  const head = pngHead({ ...size, isInterlaced: interlaced });
  const body = pngOf(head, ...chunks, pngChunk("IEND"));
  return { contentType: "image/png", body };
}

const SMALL: PngFields = { side: 8, depth: 8, color: COLOR.gray };
const SMALL_DATA = pngChunk("IDAT", zeros(8 * 9));

/** A square picture in 8 bits, such as somebody may well have, in a thousandth of its size. */
export function plainPng(side: number): BombRequest {
  const fields = { side, depth: 8, color: COLOR.rgb };
  return png(fields, pngChunk("IDAT", zeros((side * 3 + 1) * side)));
}

/** All of this kind. */
export const PNG_BOMBS: readonly Bomb[] = [
  {
    name: "png_16_bit_interlaced",
    about: "a PNG of 200 kB: 25 Mpixel of RGBA in 16 bits, interlaced",
    statuses: [200, 413, 422],
    make: () => {
      const fields = { side: SIDE, depth: 16, color: COLOR.rgba, interlaced: true };
      // A filter's byte before each row of each of the seven passes.
      return png(fields, pngChunk("IDAT", zeros(SIDE * SIDE * 8 + SIDE * 15 / 8 + 8)));
    },
  },
  {
    name: "png_16_bit",
    about: "a PNG of 200 kB: 25 Mpixel of RGBA in 16 bits",
    statuses: [200, 413, 422],
    make: () =>
      png(
        { side: SIDE, depth: 16, color: COLOR.rgba },
        pngChunk("IDAT", zeros((SIDE * 8 + 1) * SIDE)),
      ),
  },
  {
    name: "png_inflates_on",
    about: "a PNG of 64 pixels whose data inflate to half a gigabyte",
    statuses: [200, 413, 422],
    make: () => png(SMALL, pngChunk("IDAT", zeros(ZEROS))),
  },
  {
    name: "png_compressed_text",
    about: "a small PNG with a text and a profile that inflate to half a gigabyte each",
    statuses: [200, 413, 422],
    make: () => {
      const bytes = zeros(ZEROS);
      const [name, method] = [text("a"), [0, 0]];
      return png(
        SMALL,
        pngChunk("iCCP", join(name, method, bytes)),
        pngChunk("zTXt", join(name, method, bytes)),
        SMALL_DATA,
      );
    },
  },
  {
    name: "png_tiny_chunks",
    about: "a small PNG with 600,000 chunks without data",
    statuses: [200, 413, 422],
    make: () => png(SMALL, SMALL_DATA, repeat(pngChunk("IDAT", []), 600_000)),
  },
];
