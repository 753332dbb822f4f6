/** Sequential JPEGs (ITU-T T.81 F): large, odd, or with heads that never end. */
import { EOI, exif, frame, type FrameFields, scan, segment, SOI } from "../../jpeg_bytes.ts";
import { type Bomb, type BombRequest, join, repeat, SIDE, text } from "./bomb.ts";

const SOF = { baseline: 0xc0, extended: 0xc1, lossless: 0xc3, arithmetic: 0xc9 };
const BLOCKS = (SIDE / 8) ** 2;
const MIB = 1024 * 1024;
/** What one image may have, and a bit less. */
const FILE_BYTES = 8 * MIB - 64 * 1024;

const TABLE = segment(0xdb, [0, ...Array<number>(64).fill(1)]);
const ONE_CODE = [1, ...Array<number>(15).fill(0), 0];
/** A difference of zero, and the end of a block: a bit each. */
const CODES = [...segment(0xc4, [0x00, ...ONE_CODE]), ...segment(0xc4, [0x10, ...ONE_CODE])];

/** All blocks of all components empty. */
function emptyBlocks(components: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Math.ceil((BLOCKS * components * 2) / 8));
}

function image(
  fields: FrameFields,
  data: Uint8Array | readonly number[],
  before: Uint8Array | readonly number[] = [],
): BombRequest {
  const { components = 3 } = fields;
  const head = frame({ width: SIDE, height: SIDE, ...fields });
  const body = join(SOI, before, TABLE, head, CODES, scan(components), data, EOI);
  return { contentType: "image/jpeg", body };
}

/** A small photo with something before it. */
function smallBehind(before: Uint8Array): BombRequest {
  return image({ width: 64, height: 48, components: 1 }, new Uint8Array(12), before);
}

function adobe(transform: number): number[] {
  return segment(0xee, [...text("Adobe"), 0, 100, 0, 0, 0, 0, transform]);
}

/** All of this kind. */
export const JPEG_BOMBS: readonly Bomb[] = [
  {
    name: "baseline_444",
    about: "25 Mpixel of empty blocks in 3 components at full size",
    statuses: [200],
    make: () => image({}, emptyBlocks(3)),
  },
  {
    name: "cmyk",
    about: "25 Mpixel in CMYK",
    statuses: [200, 422],
    make: () => image({ components: 4 }, emptyBlocks(4), adobe(0)),
  },
  {
    name: "ycck",
    about: "25 Mpixel in YCCK",
    statuses: [200, 422],
    make: () => image({ components: 4 }, emptyBlocks(4), adobe(2)),
  },
  {
    name: "restart_every_block",
    about: "25 Mpixel with a restart marker behind every block",
    statuses: [200],
    make: () => {
      const data = new Uint8Array(BLOCKS * 3);
      for (let block = 0; block < BLOCKS; block++) {
        data.set([0x3f, 0xff, 0xd0 + block % 8], block * 3);
      }
      const interval = segment(0xdd, [0, 1]);
      return image({ components: 1 }, data.subarray(0, -2), interval);
    },
  },
  {
    name: "restart_without_data",
    about: "25 Mpixel of which nothing is there but restart markers",
    statuses: [200, 422],
    make: () => {
      const markers = Array.from({ length: 8 }, (_, index) => [0xff, 0xd0 + index]).flat();
      const data = repeat(markers, 100);
      return image({}, data, segment(0xdd, [0xff, 0xff]));
    },
  },
  {
    name: "no_data",
    about: "25 Mpixel whose head is all that comes",
    statuses: [200, 422],
    make: () => image({}, []),
  },
  {
    name: "arithmetic_sequential",
    about: "25 Mpixel, arithmetic and sequential, without data",
    statuses: [200, 422],
    make: () => image({ marker: SOF.arithmetic }, []),
  },
  {
    name: "twelve_bit",
    about: "25 Mpixel of 12 bits",
    statuses: [415, 422],
    make: () => image({ marker: SOF.extended, precision: 12 }, emptyBlocks(3)),
  },
  {
    name: "lossless",
    about: "25 Mpixel, lossless",
    statuses: [415, 422],
    make: () => image({ marker: SOF.lossless }, emptyBlocks(3)),
  },
  {
    name: "tall_and_thin",
    about: "381 × 65,500 pixels, whose resize is as long",
    statuses: [200],
    make: () => image({ width: 381, height: 65_500 }, new Uint8Array(48 * 8188 * 3 / 4)),
  },
  {
    name: "two_million_comments",
    about: "8 MB of comments of no length before a small photo",
    statuses: [200, 413, 422],
    make: () => smallBehind(repeat([0xff, 0xfe, 0, 2], FILE_BYTES / 4)),
  },
  {
    name: "huffman_tables",
    about: "8 MB of Huffman tables before a small photo",
    statuses: [200, 413, 422],
    make: () => smallBehind(repeat(CODES, Math.floor(FILE_BYTES / CODES.length))),
  },
  {
    name: "fill_bytes",
    about: "8 MB of fill bytes before a small photo",
    statuses: [200, 413, 422],
    make: () => smallBehind(new Uint8Array(FILE_BYTES).fill(0xff)),
  },
  {
    name: "exif_directories",
    about: "127 EXIF directories of 5,000 entries each before a small photo",
    statuses: [200, 413, 422],
    make: () => {
      const entries = Array.from({ length: 5000 }, () => [0x112, 3, 6] as const);
      const one = segment(0xe1, [...exif(entries)]);
      return smallBehind(repeat(one, 127));
    },
  },
];
