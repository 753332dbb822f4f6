/** Reads all that decoding a baseline JPEG of one scan takes (ITU-T T.81, annex B), where nothing about it is unusual. */

/** A frame of 8-bit samples, Huffman-coded, whose components are all in one scan. */
export interface BaselineScan {
  readonly width: number;
  readonly height: number;
  /** 1 is gray, 3 are brightness and colour difference (YCbCr). */
  readonly components: 1 | 3;
  /** Blocks of brightness beside and above each other where each colour difference has one. */
  readonly across: number;
  readonly down: number;
  /** u8 [64] of each component, in zigzag order. */
  readonly quantizers: readonly Uint8Array[];
  /** DC and AC of brightness, and of both colour differences: u8[16] of lengths, and the symbols behind. */
  readonly codes: readonly Uint8Array[];
  /** MCUs from one restart marker to the next; 0 when there are none. */
  readonly restartInterval: number;
  /** Offset of the first entropy-coded byte. */
  readonly offset: number;
}

interface Component {
  readonly id: number;
  readonly factors: number;
  readonly quantizer: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

/** What the segments before the scan have said. */
interface Tables {
  readonly quantizers: Map<number, Uint8Array>;
  /** By class << 4 | number, as in the file. */
  readonly codes: Map<number, Uint8Array>;
  frame?: Frame;
  restartInterval: number;
  isJfif: boolean;
  adobeTransform?: number;
}

const MARKER = { DHT: 0xc4, SOS: 0xda, DQT: 0xdb, DRI: 0xdd, APP0: 0xe0, APP14: 0xee, COM: 0xfe };
/** Baseline and extended sequential, which differ in what tables they may have. */
const FRAMES = [0xc0, 0xc1];
/** Samples of a component per MCU, across << 4 | down. */
const ONE_BY_ONE = 0x11;
const LUMA_FACTORS = [0x11, 0x21, 0x22];
const FACTOR_MAX = 4;
/** DC differences of more bits, which libjpeg refuses. */
const DC_SYMBOL_MAX = 15;

/** `undefined` for every file that is of another kind, or damaged, or in any way odd, such as fill bytes before markers. */
export function readBaselineScan(bytes: Uint8Array): BaselineScan | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables: Tables = {
    quantizers: new Map(),
    codes: new Map(),
    restartInterval: 0,
    isJfif: false,
  };
  let offset = 2;
  while (offset + 4 <= bytes.length && bytes[offset] === 0xff) {
    const marker = bytes[offset + 1] as number;
    const end = offset + 2 + view.getUint16(offset + 2);
    if (end > bytes.length || end < offset + 4) return undefined;
    const segment = bytes.subarray(offset + 4, end);
    if (marker === MARKER.SOS) return scanOf(tables, segment, end);
    if (!readSegment(tables, marker, segment)) return undefined;
    offset = end;
  }
  return undefined;
}

function readSegment(tables: Tables, marker: number, segment: Uint8Array): boolean {
  if (FRAMES.includes(marker)) return readFrame(tables, segment);
  switch (marker) {
    case MARKER.DHT:
      return readCodes(tables, segment);
    case MARKER.DQT:
      return readQuantizers(tables, segment);
    case MARKER.DRI:
      tables.restartInterval = (segment[0] as number) << 8 | (segment[1] as number);
      return segment.length === 2;
    case MARKER.APP0:
      return readJfif(tables, segment);
    case MARKER.APP14:
      if (segment.length >= 12 && startsWith(segment, "Adobe")) {
        tables.adobeTransform = segment[11] as number;
      }
      return true;
    default:
      return marker === MARKER.COM || (marker > MARKER.APP0 && marker <= 0xef);
  }
}

function readFrame(tables: Tables, segment: Uint8Array): boolean {
  const [precision, height1 = 0, height0 = 0, width1 = 0, width0 = 0, count = 0] = segment;
  if (tables.frame !== undefined || precision !== 8 || segment.length !== 6 + 3 * count) {
    return false;
  }
  const components = Array.from({ length: count }, (_, index) => {
    const [id, factors, quantizer] = segment.subarray(6 + 3 * index) as unknown as number[];
    return { id, factors, quantizer } as Component;
  });
  tables.frame = { width: width1 << 8 | width0, height: height1 << 8 | height0, components };
  return true;
}

/** Quantisers of 16 bits are none of ours. */
function readQuantizers(tables: Tables, segment: Uint8Array): boolean {
  let offset = 0;
  while (offset + 65 <= segment.length && (segment[offset] as number) < 4) {
    tables.quantizers.set(segment[offset] as number, segment.subarray(offset + 1, offset + 65));
    offset += 65;
  }
  return offset === segment.length;
}

function readCodes(tables: Tables, segment: Uint8Array): boolean {
  let offset = 0;
  while (offset + 17 <= segment.length) {
    const name = segment[offset] as number;
    const lengths = segment.subarray(offset + 1, offset + 17);
    const count = lengths.reduce((sum, length) => sum + length, 0);
    const end = offset + 17 + count;
    const isKnown = (name & 0xef) < 4 && count <= 256 && end <= segment.length;
    const isDc = name < 0x10;
    const symbols = segment.subarray(offset + 17, end);
    if (!isKnown || (isDc && symbols.some((symbol) => symbol > DC_SYMBOL_MAX))) return false;
    tables.codes.set(name, segment.subarray(offset + 1, end));
    offset = end;
  }
  return offset === segment.length;
}

/** libjpeg warns of other major versions than 1. */
function readJfif(tables: Tables, segment: Uint8Array): boolean {
  if (segment.length < 14 || !startsWith(segment, "JFIF\0")) return true;
  tables.isJfif = true;
  return segment[5] === 1;
}

function scanOf(tables: Tables, segment: Uint8Array, offset: number): BaselineScan | undefined {
  const { frame, restartInterval } = tables;
  const components = frame?.components ?? [];
  const count = components.length;
  if (frame === undefined || segment[0] !== count || segment.length !== 4 + 2 * count) return;
  const isSequential = segment.subarray(1 + 2 * count).join() === "0,63,0";
  const isInOrder = components.every(({ id }, index) => segment[1 + 2 * index] === id);
  const factors = lumaFactors(components);
  if (!isSequential || !isInOrder || !isColourKnown(tables) || factors === undefined) return;
  const selectors = components.map((_, index) => segment[2 + 2 * index] as number);
  // Both colour differences are decoded with the same codes.
  if (selectors[1] !== selectors[2]) return;
  const codes = selectors.slice(0, 2)
    .flatMap((both) => [tables.codes.get(both >> 4), tables.codes.get(0x10 | (both & 15))]);
  const quantizers = components.map(({ quantizer }) => tables.quantizers.get(quantizer));
  if (![...codes, ...quantizers].every((table) => table !== undefined)) return;
  return {
    width: frame.width,
    height: frame.height,
    components: count as 1 | 3,
    across: factors >> 4,
    down: factors & 15,
    quantizers: quantizers as Uint8Array[],
    codes: codes as Uint8Array[],
    restartInterval,
    offset,
  };
}

/** A single component is one block an MCU, whatever its factors. */
function lumaFactors(components: readonly Component[]): number | undefined {
  const factors = components.map((component) => component.factors);
  if (factors.length === 1) {
    const [across, down] = [(factors[0] as number) >> 4, (factors[0] as number) & 15];
    const isValid = across > 0 && across <= FACTOR_MAX && down > 0 && down <= FACTOR_MAX;
    return isValid ? ONE_BY_ONE : undefined;
  }
  const isColourSingle = factors[1] === ONE_BY_ONE && factors[2] === ONE_BY_ONE;
  if (factors.length !== 3 || !isColourSingle) return undefined;
  return LUMA_FACTORS.find((known) => known === factors[0]);
}

/** Whether libjpeg takes three components for YCbCr, and would not warn about it. */
function isColourKnown({ frame, isJfif, adobeTransform }: Tables): boolean {
  const ids = frame?.components.map(({ id }) => id) ?? [];
  if (ids.length === 1) return true;
  if (new Set(ids).size !== ids.length) return false;
  if (adobeTransform !== undefined) return adobeTransform === 1;
  return isJfif || ids.join() === "1,2,3";
}

function startsWith(segment: Uint8Array, text: string): boolean {
  return [...text].every((character, index) => segment[index] === character.charCodeAt(0));
}
