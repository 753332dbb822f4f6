/** Progressive JPEGs (ITU-T T.81 G): each of 100 scans passes over all blocks of 25 megapixels, and says nothing. */
import { EOI, frame, segment, SOI } from "../../jpeg_bytes.ts";
import { type Bomb, join, SIDE } from "./bomb.ts";

const SOF2_HUFFMAN = 0xc2;
const SOF10_ARITHMETIC = 0xca;
const BLOCKS = (SIDE / 8) ** 2;
const SCANS = 100;
const BANDS = 63;

/** A quantisation table of ones. */
const TABLE = segment(0xdb, [0, ...Array<number>(64).fill(1)]);
/** One code of one bit each: a difference of zero, and the end of so many blocks as fifteen bits can say. */
const DC_TABLE = segment(0xc4, [0x00, 1, ...Array<number>(15).fill(0), 0]);
const EOB14 = 0xe0;
const AC_TABLE = segment(0xc4, [0x10, 1, ...Array<number>(15).fill(0), EOB14]);

/** Header of a scan of components, of coefficients from `first` to `last`, with `approximation` as two nibbles. */
function scanHeader(components: readonly number[], [first, last, approximation]: Band): number[] {
  const tables = components.flatMap((component) => [component, 0]);
  return segment(0xda, [components.length, ...tables, first, last, approximation]);
}

type Band = readonly [first: number, last: number, approximation: number];

/** A file of the given process and components, its scans one after another. */
function progressive(
  marker: number,
  components: number,
  scans: readonly (readonly number[] | Uint8Array)[],
): Uint8Array<ArrayBuffer> {
  const head = frame({ marker, width: SIDE, height: SIDE, components });
  return join(SOI, TABLE, head, DC_TABLE, AC_TABLE, ...scans, EOI);
}

/** DC differences of zero for all blocks. */
function dcScan(components: number): Uint8Array<ArrayBuffer> {
  const ids = Array.from({ length: components }, (_, index) => index + 1);
  const bits = BLOCKS * components;
  const data = new Uint8Array(Math.ceil(bits / 8));
  const padding = data.length * 8 - bits;
  data[data.length - 1] = (1 << padding) - 1;
  return join(scanHeader(ids, [0, 0, 0]), data);
}

/** A scan of one band that ends every block at once, in a few runs. */
function emptyBand(component: number, band: Band): Uint8Array<ArrayBuffer> {
  let bits = "";
  for (let left = BLOCKS; left > 0;) {
    const run = Math.min(left, 2 ** 15 - 1);
    bits += "0" + (run - 2 ** 14).toString(2).padStart(14, "0");
    left -= run;
  }
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1").match(/.{8}/g) ?? [];
  const data = bytes.map((byte) => parseInt(byte, 2)).flatMap((byte) =>
    byte === 0xff ? [0xff, 0] : [byte]
  );
  return join(scanHeader([component], band), data);
}

/** Bands that a decoder may meet in this order: each coefficient once without its last bit, then that bit. */
function legalBands(count: number): Band[] {
  return Array.from({ length: count }, (_, index): Band => {
    const coefficient = 1 + index % BANDS;
    return [coefficient, coefficient, index < BANDS ? 0x01 : 0x10];
  });
}

/** Arithmetic decoders take zeros behind the end of the data; these before make many coefficients of them. */
const ARITHMETIC_DATA = Array<number>(48).fill(1);

const jpeg = (body: Uint8Array<ArrayBuffer>) => ({ contentType: "image/jpeg", body });

/** All of this kind. */
export const PROGRESSIVE_BOMBS: readonly Bomb[] = [
  {
    name: "arithmetic_100_scans",
    about: "25 Mpixel in 3 components, the same band of the first a hundred times over",
    statuses: [200, 422],
    make: () =>
      jpeg(progressive(SOF10_ARITHMETIC, 3, [
        scanHeader([1, 2, 3], [0, 0, 0]),
        ...Array.from(
          { length: SCANS - 1 },
          () => join(scanHeader([1], [1, 63, 0]), ARITHMETIC_DATA),
        ),
      ])),
  },
  {
    name: "arithmetic_legal_scans",
    about: "25 Mpixel in 1 component, a hundred legal scans without data",
    statuses: [200, 422],
    make: () =>
      jpeg(progressive(SOF10_ARITHMETIC, 1, [
        scanHeader([1], [0, 0, 0]),
        ...legalBands(SCANS - 1).map((band) => scanHeader([1], band)),
      ])),
  },
  {
    name: "huffman_100_scans_gray",
    about: "25 Mpixel in 1 component, a hundred legal scans of runs of empty blocks",
    statuses: [200, 422],
    make: () =>
      jpeg(progressive(SOF2_HUFFMAN, 1, [
        dcScan(1),
        ...legalBands(SCANS - 1).map((band) => emptyBand(1, band)),
      ])),
  },
  {
    name: "huffman_100_scans_color",
    about: "25 Mpixel in 3 components at full size, a hundred legal scans",
    statuses: [200, 422],
    isLarge: true,
    make: () =>
      jpeg(progressive(SOF2_HUFFMAN, 3, [
        dcScan(3),
        ...[1, 2, 3].flatMap((component) =>
          legalBands((SCANS - 1) / 3).map((band) => emptyBand(component, band))
        ),
      ])),
  },
  {
    name: "progressive_ycck",
    about: "25 Mpixel in 4 components, progressive: 200 MB of coefficients",
    statuses: [200, 422],
    isLarge: true,
    make: () => {
      const adobe = segment(0xee, [...new TextEncoder().encode("Adobe"), 0, 100, 0, 0, 0, 0, 2]);
      const whole = progressive(SOF2_HUFFMAN, 4, [dcScan(4)]);
      return jpeg(join(SOI, adobe, whole.subarray(SOI.length)));
    },
  },
  {
    name: "huffman_1000_scans",
    about: "25 Mpixel, a thousand scans: more than the limit",
    statuses: [413, 422],
    make: () =>
      jpeg(progressive(SOF2_HUFFMAN, 1, [
        dcScan(1),
        ...legalBands(999).map((band) => emptyBand(1, band)),
      ])),
  },
];
