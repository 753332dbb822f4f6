/** TIFF 6.0 files that grow, or have no end. */
import { type Bomb, type BombRequest, SIDE, zeros } from "./bomb.ts";

/** A TIFF of one strip or more: 16-bit RGBA of the full size unless told otherwise. */
function tiff(
  entries: readonly (readonly [tag: number, type: number, values: readonly number[]])[],
  data: Uint8Array,
  next = 0,
): BombRequest {
  const dataAt = 8;
  const ifdAt = dataAt + data.length + data.length % 2;
  const sizes = [0, 1, 1, 2, 4];
  let restAt = ifdAt + 2 + entries.length * 12 + 4;
  const total = entries.reduce(
    (sum, [, type, values]) => sum + Math.max(4, values.length * (sizes[type] ?? 4)),
    restAt,
  );
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, ifdAt, true);
  bytes.set(data, dataAt);
  view.setUint16(ifdAt, entries.length, true);
  entries.forEach(([tag, type, values], index) => {
    const at = ifdAt + 2 + index * 12;
    const size = sizes[type] ?? 4;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, values.length, true);
    const isInline = values.length * size <= 4;
    const valuesAt = isInline ? at + 8 : restAt;
    if (!isInline) {
      view.setUint32(at + 8, restAt, true);
      restAt += values.length * size;
    }
    values.forEach((value, place) => {
      if (size === 2) view.setUint16(valuesAt + place * 2, value, true);
      else view.setUint32(valuesAt + place * 4, value, true);
    });
  });
  view.setUint32(ifdAt + 2 + entries.length * 12, next, true);
  return { contentType: "image/tiff", body: bytes };
}

const SHORT = 3;
const LONG = 4;
const COMPRESSION = { none: 1, deflate: 8 };

function tiffEntries(depth: number, samples: number, more: {
  readonly compression: number;
  readonly offsets: readonly number[];
  readonly counts: readonly number[];
  readonly rows: number;
}): [number, number, readonly number[]][] {
  return [
    [256, LONG, [SIDE]],
    [257, LONG, [SIDE]],
    [258, SHORT, Array<number>(samples).fill(depth)],
    [259, SHORT, [more.compression]],
    [262, SHORT, [samples === 1 ? 1 : 2]],
    [273, LONG, more.offsets],
    [277, SHORT, [samples]],
    [278, LONG, [more.rows]],
    [279, LONG, more.counts],
    ...samples === 4 ? [[338, SHORT, [2]] as [number, number, number[]]] : [],
  ];
}

function deflatedTiff(depth: number, samples: number): BombRequest {
  const data = zeros(SIDE * SIDE * samples * (depth / 8));
  const strip = { offsets: [8], counts: [data.length], rows: SIDE };
  return tiff(tiffEntries(depth, samples, { compression: COMPRESSION.deflate, ...strip }), data);
}

/** All of this kind. */
export const TIFF_BOMBS: readonly Bomb[] = [
  {
    name: "tiff_deflate_16_bit",
    about: "a TIFF of 195 kB: 25 Mpixel of RGBA in 16 bits, 200 MB inflated",
    statuses: [200, 413, 422],
    make: () => deflatedTiff(16, 4),
  },
  {
    name: "tiff_deflate_8_bit",
    about: "a TIFF of 73 kB: 25 Mpixel of RGB",
    statuses: [200, 413, 422],
    make: () => deflatedTiff(8, 3),
  },
  {
    name: "tiff_inflates_on",
    about: "a TIFF of 25 Mpixel whose strip inflates to seven times its pixels",
    statuses: [200, 413, 422],
    make: () => {
      const data = zeros(SIDE * SIDE * 7);
      const strip = { offsets: [8], counts: [data.length], rows: SIDE };
      return tiff(tiffEntries(8, 1, { compression: COMPRESSION.deflate, ...strip }), data);
    },
  },
  {
    name: "tiff_strips",
    about: "a TIFF whose 400,000 strips are all the same bytes",
    statuses: [200, 413, 422],
    make: () => {
      const strips = 400_000;
      const offsets = Array<number>(strips).fill(8);
      const counts = Array<number>(strips).fill(SIDE);
      const entries = tiffEntries(8, 1, {
        compression: COMPRESSION.none,
        offsets,
        counts,
        rows: 1,
      });
      return tiff(entries, new Uint8Array(SIDE));
    },
  },
  {
    name: "tiff_directory_loop",
    about: "a TIFF whose directory is followed by itself",
    statuses: [200, 413, 422],
    make: () => {
      const data = new Uint8Array(SIDE);
      const strip = { offsets: [8], counts: [SIDE], rows: 1 };
      const entries = tiffEntries(8, 1, { compression: COMPRESSION.none, ...strip });
      return tiff(entries, data, 8 + data.length);
    },
  },
];
