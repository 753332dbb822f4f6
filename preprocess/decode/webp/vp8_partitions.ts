/** Where the partitions of a lossy picture begin (source: RFC 6386, sections 7.3, 9 and 19.2). */

/** Frame tag, start code and size. */
const HEAD_BYTES = 10;
const SIZE_BYTES = 3;

/**
 * Whether each partition begins as an encoder can have it: the boolean decoder's value is less than its range, which is
 * 255 at the start. With more, decoders differ by how many bytes they read ahead.
 *
 * @param frame What a `VP8 ` chunk holds.
 */
export function hasOrderlyPartitions(frame: Uint8Array): boolean {
  return partitionStarts(frame).every((start) => frame[start] !== 0xff);
}

/** Of the first partition, and of those with coefficients. */
function partitionStarts(frame: Uint8Array): number[] {
  const tag = (frame[0] ?? 0) | (frame[1] ?? 0) << 8 | (frame[2] ?? 0) << 16;
  const sizes = HEAD_BYTES + (tag >> 5);
  const count = coefficientPartitions(new BooleanDecoder(frame.subarray(HEAD_BYTES, sizes)));
  let start = sizes + SIZE_BYTES * (count - 1);
  const starts = [HEAD_BYTES, start];
  for (let at = sizes; at < sizes + SIZE_BYTES * (count - 1); at += SIZE_BYTES) {
    start += (frame[at] ?? 0) | (frame[at + 1] ?? 0) << 8 | (frame[at + 2] ?? 0) << 16;
    starts.push(start);
  }
  return starts;
}

/** Reads the frame's header as far as their number. */
function coefficientPartitions(header: BooleanDecoder): number {
  const [COLOUR_SPACE_AND_CLAMPING, FILTER, SIGN] = [2, 10, 1];
  const optional = (count: number, bits: number) => {
    for (let index = 0; index < count; index++) if (header.number(1)) header.number(bits);
  };
  header.number(COLOUR_SPACE_AND_CLAMPING);
  if (header.number(1)) {
    const [updatesMap, updatesData] = [header.number(1), header.number(1)];
    if (updatesData) {
      header.number(1);
      optional(4, 7 + SIGN);
      optional(4, 6 + SIGN);
    }
    if (updatesMap) optional(3, 8);
  }
  header.number(FILTER);
  if (header.number(1) && header.number(1)) optional(8, 6 + SIGN);
  return 1 << header.number(2);
}

/** Section 7.3, of flags alone: both values are as likely. */
class BooleanDecoder {
  readonly #bytes: Uint8Array;
  #next = 2;
  #value: number;
  #range = 255;
  #shifted = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#value = (bytes[0] ?? 0) << 8 | (bytes[1] ?? 0);
  }

  /** A number of so many bits, the highest first. */
  number(bits: number): number {
    let number = 0;
    for (let bit = 0; bit < bits; bit++) number = number << 1 | this.#flag();
    return number;
  }

  #flag(): number {
    const split = 1 + ((this.#range - 1) >> 1);
    const isSet = this.#value >= split << 8;
    if (isSet) {
      this.#range -= split;
      this.#value -= split << 8;
    } else this.#range = split;
    while (this.#range < 128) {
      this.#value <<= 1;
      this.#range <<= 1;
      if (++this.#shifted < 8) continue;
      this.#shifted = 0;
      this.#value |= this.#bytes[this.#next++] ?? 0;
    }
    return Number(isSet);
  }
}
