/** JPEGs of many pixels and many scans that hold next to no data: what they cost is all in their heads. */

/** What such a file says of itself. */
export interface ScansOfJpeg {
  /** Pixels of either side. */
  readonly side: number;
  readonly coding: "huffman" | "arithmetic";
  /** Components of each scan: 3 for a DC scan of all of them, or 1. */
  readonly scans: readonly (1 | 3)[] | readonly number[];
  /** Sampling of each of three components, as the frame's header has it; 1 × 1 unless given. */
  readonly factors?: readonly number[];
}

const PROGRESSIVE = { huffman: 0xc2, arithmetic: 0xca };

/** Makes a progressive JPEG that libjpeg decodes, with warnings. */
export function jpegOfScans(
  { side, coding, scans, factors = [0x11, 0x11, 0x11] }: ScansOfJpeg,
): Uint8Array<ArrayBuffer> {
  const word = (value: number) => [value >> 8, value & 0xff];
  const segment = (marker: number, data: readonly number[]) => [
    ...[0xff, marker, ...word(data.length + 2)],
    ...data,
  ];
  const components = factors.flatMap((factor, index) => [index + 1, factor, 0]);
  // One code of one bit: a difference of 0, and a run of empty blocks.
  const codes = [0x00, 0x10].flatMap((name) => [name, 1, ...new Array(15).fill(0), name && 0xe0]);
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...new Array(64).fill(1)]),
    ...segment(PROGRESSIVE[coding], [8, ...word(side), ...word(side), 3, ...components]),
    ...segment(0xc4, codes),
    ...scans.flatMap((count, index) => {
      const parts = count === 3 ? [1, 0, 2, 0, 3, 0] : [1 + index % 3, 0];
      const band = count === 3 ? [0, 0, 0x01] : [1, 63, 0x01];
      return [...segment(0xda, [count, ...parts, ...band]), ...new Array(48).fill(0)];
    }),
    ...[0xff, 0xd9],
  ]);
}
