/** What it takes to follow the Huffman codes of a JPEG of one scan (ITU-T T.81, annexes B and C). */

/** A scan of all components, sequential and Huffman-coded. */
export interface SequentialScan {
  readonly mcus: number;
  /** Codes of each block of an MCU, in their order. */
  readonly blocks: readonly BlockCodes[];
  /** MCUs from one restart marker to the next; 0 when there are none. */
  readonly restartInterval: number;
  /** Offset of the first entropy-coded byte. */
  readonly offset: number;
}

/** Codes of a block's DC and AC, by the 16 bits that come next: length << 8 | symbol. */
interface BlockCodes {
  readonly dc: Uint16Array;
  readonly ac: Uint16Array;
}

/** Of bits that are no code: libjpeg takes one more than the longest code has, for symbol 0. */
const NO_CODE_LENGTH = 17;

interface Component {
  readonly id: number;
  readonly across: number;
  readonly down: number;
}

/** What the segments before the scan have said. */
interface Tables {
  /** By class << 4 | number, as in the file. */
  readonly codes: Map<number, Uint16Array>;
  components: readonly Component[];
  width: number;
  height: number;
  restartInterval: number;
}

const MARKER = { SOF0: 0xc0, SOF1: 0xc1, DHT: 0xc4, SOS: 0xda, DRI: 0xdd };
const CODE_BITS = 16;
const BLOCKS_MAX = 10;

/**
 * Reads the header of a file that was judged, up to its first scan.
 *
 * @returns `undefined` where codes are of another kind, or not in the file, or libjpeg would refuse them.
 */
export function readSequentialScan(bytes: Uint8Array): SequentialScan | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codes = new Map<number, Uint16Array>();
  const tables: Tables = { codes, components: [], width: 0, height: 0, restartInterval: 0 };
  let offset = bytes.indexOf(0xff, 2);
  while (offset >= 0 && offset + 4 <= bytes.length) {
    const marker = bytes[offset + 1] as number;
    if (marker < 0xc0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd9)) {
      offset = bytes.indexOf(0xff, offset + (marker === 0xff ? 1 : 2));
      continue;
    }
    // Lengths of 0 and 1, which cannot be, count as empty segments, as libjpeg has it.
    const end = offset + 2 + Math.max(2, view.getUint16(offset + 2));
    const segment = bytes.subarray(offset + 4, end);
    if (marker === MARKER.SOS) return scanOf(tables, segment, end);
    if (!readSegment(tables, marker, segment)) return undefined;
    offset = bytes.indexOf(0xff, end);
  }
  return undefined;
}

function readSegment(tables: Tables, marker: number, segment: Uint8Array): boolean {
  if (marker === MARKER.DHT) return readCodes(tables, segment);
  if (marker === MARKER.DRI) tables.restartInterval = big16(segment, 0);
  if (marker === MARKER.SOF0 || marker === MARKER.SOF1) readFrame(tables, segment);
  return true;
}

function readFrame(tables: Tables, segment: Uint8Array): void {
  tables.height = big16(segment, 1);
  tables.width = big16(segment, 3);
  tables.components = Array.from({ length: segment[5] ?? 0 }, (_, index) => {
    const [id = 0, factors = 0] = segment.subarray(6 + 3 * index);
    return { id, across: factors >> 4, down: factors & 15 };
  });
}

function readCodes(tables: Tables, segment: Uint8Array): boolean {
  let offset = 0;
  while (offset + 1 + CODE_BITS <= segment.length) {
    const lengths = segment.subarray(offset + 1, offset + 1 + CODE_BITS);
    const first = offset + 1 + CODE_BITS;
    const end = first + lengths.reduce((sum, count) => sum + count, 0);
    const codes = codesByBits(lengths, segment.subarray(first, end));
    if (codes === undefined) return false;
    tables.codes.set(segment[offset] as number, codes);
    offset = end;
  }
  return true;
}

/** Codes count upwards, and begin with the next even number at each length: annex C. */
function codesByBits(lengths: Uint8Array, symbols: Uint8Array): Uint16Array | undefined {
  const codes = new Uint16Array(1 << CODE_BITS).fill(NO_CODE_LENGTH << 8);
  let next = 0;
  let index = 0;
  for (let length = 1; length <= CODE_BITS; length++) {
    const span = 1 << (CODE_BITS - length);
    for (let count = lengths[length - 1] as number; count > 0; count--) {
      if (next + span > codes.length) return undefined;
      codes.fill(length << 8 | (symbols[index++] ?? 0), next, next + span);
      next += span;
    }
  }
  return codes;
}

function scanOf(
  { codes, components, width, height, restartInterval }: Tables,
  segment: Uint8Array,
  offset: number,
): SequentialScan | undefined {
  const ids = new Set(components.map(({ id }) => id));
  if (ids.size === 0 || ids.size !== components.length || segment[0] !== ids.size) return undefined;
  // A component that is alone has one block an MCU, whatever its factors.
  const isAlone = ids.size === 1;
  const blocks: BlockCodes[] = [];
  for (let index = 0; index < ids.size; index++) {
    const [id, selectors = 0] = segment.subarray(1 + 2 * index);
    const component = components.find((known) => known.id === id);
    const dc = codes.get(selectors >> 4);
    const ac = codes.get(0x10 | (selectors & 15));
    if (component === undefined || dc === undefined || ac === undefined) return undefined;
    const count = isAlone ? 1 : component.across * component.down;
    if (count === 0 || blocks.length + count > BLOCKS_MAX) return undefined;
    for (let block = 0; block < count; block++) blocks.push({ dc, ac });
  }
  const across = isAlone ? 1 : Math.max(...components.map((component) => component.across));
  const down = isAlone ? 1 : Math.max(...components.map((component) => component.down));
  const mcus = Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
  return { mcus, blocks, restartInterval, offset };
}

function big16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) << 8 | (bytes[offset + 1] ?? 0);
}
