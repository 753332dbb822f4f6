/** Reads a JPEG's header as Pillow does, before a single pixel is decoded (ITU-T T.81, annex B). */
import { Refusal } from "../contract/refusal.ts";
import { JpegMetadata } from "./jpeg_metadata.ts";

/** What the header of a JPEG says. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 gray, 3 YCbCr or RGB, 4 CMYK or YCCK. */
  readonly components: number;
  /** Sides of what is coded together (an MCU), in pixels: a block of each component, or several; 0 where not said. */
  readonly mcuWidth: number;
  readonly mcuHeight: number;
  /** Blocks of 8×8 samples that each scan of all components has, those beyond the edges included. */
  readonly blocks: number;
  /** Bits a sample. */
  readonly precision: number;
  /** Low nibble of the SOF marker: 0–2 Huffman, 3 lossless, 9–10 arithmetic. */
  readonly frameType: number;
  /** EXIF's numbers, 1 to 8, from EXIF or XMP; 1 when absent. */
  readonly orientation: number;
  /** Offset of the first SOS marker, where counting scans begins. */
  readonly firstScanOffset: number;
  /** Components in the first scan; all of them where a sequential file has one scan. */
  readonly firstScanComponents: number;
}

type Frame = Omit<JpegHeader, "orientation" | "firstScanOffset" | "firstScanComponents">;

/** Pixels along each side of what the cosine transform takes at once. */
const BLOCK_SIDE = 8;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;
/** Before the first scan: each takes some time of the thread that judges. */
const MARKERS_MAX = 65_536;

/**
 * Parses the header up to the first scan.
 *
 * Junk and fill bytes between segments are skipped, as Pillow skips them.
 *
 * @throws {Refusal} `invalid_image` when no frame or scan header is found.
 */
export function parseJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Frame | undefined;
  const metadata = new JpegMetadata();
  let [offset, markers] = [2, 0];
  while (offset + 1 < bytes.length) {
    const marker = bytes[offset + 1] as number;
    if (bytes[offset] !== 0xff || marker === 0xff) {
      offset++;
      continue;
    }
    if (++markers > MARKERS_MAX) throw damaged("so many markers before its first scan");
    if (marker === 0) {
      offset += 2;
    } else if (isStandalone(marker)) {
      offset += 2;
    } else if (marker < 0xc0) {
      throw damaged("an unknown marker");
    } else {
      if (marker === SOS) {
        if (frame === undefined) throw damaged("a scan before its frame header");
        const firstScanComponents = bytes[offset + 4] ?? 0;
        return {
          ...frame,
          orientation: metadata.orientation(),
          firstScanOffset: offset,
          firstScanComponents,
        };
      }
      const end = segmentEnd(view, offset);
      if (isFrame(marker)) frame = parseFrame(marker, bytes.subarray(offset + 4, end));
      else if (marker === APP1) metadata.add(bytes.subarray(offset + 4, end));
      offset = end;
    }
  }
  throw damaged("a header that ends before the first scan");
}

/** Scans of a JPEG and whether its end-of-image marker is there. */
export interface JpegScans {
  readonly count: number;
  /** Components that the scans have in sum: what a scan costs grows with them. */
  readonly components: number;
  readonly hasEndOfImage: boolean;
  /** Whether any other segment follows the first scan's data, and so ends it. */
  readonly hasSegmentAfterScan: boolean;
  /** Whether a scan's data has a marker in it that is none of restart. */
  readonly hasStrayMarker: boolean;
}

/**
 * Counts the scans from the first one on, at most `countMax + 1` of them, and looks for the end of the image.
 *
 * A progressive file may hold thousands of scans that each cost a pass over all its blocks.
 */
export function countJpegScans(bytes: Uint8Array, from: number, countMax: number): JpegScans {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  let components = 0;
  let hasSegmentAfterScan = false;
  let hasStrayMarker = false;
  let hasEndOfImage = false;
  let offset = bytes.indexOf(0xff, from);
  while (offset >= 0 && offset + 1 < bytes.length && count <= countMax) {
    const marker = bytes[offset + 1] as number;
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    if (marker === EOI) {
      hasEndOfImage = true;
      break;
    }
    const isData = marker < 0xc0 || isStandalone(marker);
    if (!isData && count > 0) hasSegmentAfterScan = true;
    if (isData && marker !== 0 && !isRestart(marker)) hasStrayMarker = true;
    if (marker === SOS) {
      count++;
      components += bytes[offset + 4] ?? 0;
    }
    const next = isData || offset + 4 > bytes.length
      ? offset + 2
      : offset + 2 + view.getUint16(offset + 2);
    offset = bytes.indexOf(0xff, next);
  }
  return { count, components, hasEndOfImage, hasSegmentAfterScan, hasStrayMarker };
}

/** Frames whose coefficients come in several scans, SOF2 and SOF10. */
export function isProgressive({ frameType }: Pick<JpegHeader, "frameType">): boolean {
  return frameType === 2 || frameType === 10;
}

/** Frames whose codes are arithmetic, SOF9 and SOF10, and not Huffman's. */
export function isArithmetic({ frameType }: Pick<JpegHeader, "frameType">): boolean {
  return frameType === 9 || frameType === 10;
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** Markers without a segment: RSTn, SOI, EOI and the reserved JPG codes. */
function isStandalone(marker: number): boolean {
  return (marker >= 0xd0 && marker <= SOI) || marker === EOI || marker === 0xc8 ||
    (marker >= 0xf0 && marker <= 0xfd);
}

/** SOF0–SOF15 but DHT (c4), JPG (c8) and DAC (cc). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function segmentEnd(view: DataView, offset: number): number {
  if (offset + 4 > view.byteLength) throw damaged("a header that ends before the first scan");
  // Lengths of 0 and 1, which cannot be, count as empty segments, as libjpeg has it.
  const end = offset + 2 + Math.max(2, view.getUint16(offset + 2));
  if (end > view.byteLength) {
    throw damaged("a segment that runs past the end of the file");
  }
  return end;
}

function parseFrame(marker: number, segment: Uint8Array): Frame {
  const components = segment[5];
  if (components === undefined) throw damaged("a frame header that is too short");
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  const [height, width] = [view.getUint16(1), view.getUint16(3)];
  const factors = Array.from({ length: components }, (_, index) => segment[7 + index * 3] ?? 0);
  const mcuWidth = BLOCK_SIDE * Math.max(0, ...factors.map((byte) => byte >> 4));
  const mcuHeight = BLOCK_SIDE * Math.max(0, ...factors.map((byte) => byte & 0x0f));
  const mcus = Math.ceil(width / (mcuWidth || BLOCK_SIDE)) *
    Math.ceil(height / (mcuHeight || BLOCK_SIDE));
  return {
    precision: view.getUint8(0),
    height,
    width,
    components,
    mcuWidth,
    mcuHeight,
    blocks: factors.reduce((sum, byte) => sum + (byte >> 4) * (byte & 0x0f), 0) * mcus,
    frameType: marker & 0x0f,
  };
}

function damaged(what: string): Refusal {
  return new Refusal("invalid_image", `Cannot decode image: the JPEG has ${what}`);
}
