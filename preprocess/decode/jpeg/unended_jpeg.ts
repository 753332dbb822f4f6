/** JPEGs that Pillow's decoder may not get to the end of: cut short, padded by a disk or a download, or too long for it. */
import { Refusal } from "../../contract/refusal.ts";
import { truncatedJpeg } from "../../header/image_header.ts";
import { countJpegScans, type JpegHeader } from "../../header/jpeg_header.ts";
import { readSequentialScan } from "./sequential_scan.ts";
import { reachesLastMcu } from "./suspending_reader.ts";
import type { JpegImage } from "./jpeg_decoder.ts";

/** Decodes a file with libturbojpeg; a refusal's cause is the library's message. */
type Decode = (file: Uint8Array<ArrayBuffer>) => JpegImage;

const DRI = 0xdd;
const END_OF_IMAGE = [0xff, 0xd9];
/** Skipped where a restart marker is looked for, and an error behind the last MCU. */
const UNKNOWN_MARKER = [0xff, 0x02];
const UNKNOWN_MARKER_MET = /^Unsupported marker type 0x02/;
const EXTRANEOUS_BYTES = /^Corrupt JPEG data: (\d+) extraneous bytes before marker 0xd9/;

const ARITHMETIC_SEQUENTIAL = 9;
const ARITHMETIC_PROGRESSIVE = 10;
/** What Pillow reads at a time; an arithmetic decoder cannot wait for more. */
const CHUNK_BYTES = 65_536;
/**
 * Bytes that libturbojpeg must have left over for Pillow's decoder to have had enough: Pillow looks 7 bytes beyond the
 * last Huffman code, of which libturbojpeg itself takes up to 3.
 */
const HUFFMAN_LOOKAHEAD_BYTES = 4;

/**
 * Decodes a file of one scan that nothing ends. Pillow accepts it when libjpeg gets through the last MCU without a byte
 * more than there are; what follows the scan does not matter.
 *
 * @throws {Refusal} `invalid_image` where it does not, and as `decode`.
 */
export function decodeUnended(
  bytes: Uint8Array,
  jpeg: JpegHeader,
  decode: Decode,
): JpegImage {
  const scan = jpeg.frameType <= 1 ? readSequentialScan(bytes) : undefined;
  if (scan === undefined) return decodeCounting(bytes, jpeg, decode);
  if (!reachesLastMcu(bytes, scan)) throw truncatedJpeg();
  return decode(withTail(bytes, END_OF_IMAGE));
}

/**
 * Asserts that Pillow's decoder has enough of an arithmetic-coded file in the 64 KiB in which its first scan begins.
 *
 * @throws {Refusal} `invalid_image` where it has not, and as `decode`.
 */
export function assertWithinChunk(bytes: Uint8Array, jpeg: JpegHeader, decode: Decode): void {
  const { firstScanOffset, firstScanComponents, components, frameType } = jpeg;
  const end = Math.ceil((firstScanOffset + 1) / CHUNK_BYTES) * CHUNK_BYTES;
  if (bytes.length <= end || !isArithmetic(jpeg)) return;
  const chunk = bytes.subarray(0, end);
  const scans = countJpegScans(chunk, firstScanOffset, end);
  const hasOneScan = frameType === ARITHMETIC_SEQUENTIAL && firstScanComponents === components;
  const isEnded = scans.hasEndOfImage || (hasOneScan && scans.hasSegmentAfterScan);
  if (!isEnded) decodeCounting(chunk, jpeg, decode);
}

/** With an end put behind a file, libturbojpeg says how much it had left before that. */
function decodeCounting(bytes: Uint8Array, jpeg: JpegHeader, decode: Decode): JpegImage {
  // The same is said where a restart marker was looked for up to the end, and the rest left gray.
  if (!passesIntervals(bytes, decode)) throw truncatedJpeg();
  // A byte more tells an arithmetic decoder that took the last one from one that wanted another.
  const tail = isArithmetic(jpeg) ? [0, ...END_OF_IMAGE] : END_OF_IMAGE;
  const image = decode(withTail(bytes, tail));
  const left = Number(EXTRANEOUS_BYTES.exec(image.warning ?? "")?.[1] ?? 0);
  if (left < (isArithmetic(jpeg) ? 1 : HUFFMAN_LOOKAHEAD_BYTES)) throw truncatedJpeg();
  return image;
}

/** Whether libturbojpeg needs no restart marker beyond the last byte. */
function passesIntervals(bytes: Uint8Array, decode: Decode): boolean {
  if (!hasMarker(bytes, DRI)) return true;
  try {
    decode(withTail(bytes, [...UNKNOWN_MARKER, ...END_OF_IMAGE]));
    return false;
  } catch (thrown) {
    return thrown instanceof Refusal && UNKNOWN_MARKER_MET.test(String(thrown.cause));
  }
}

function isArithmetic({ frameType }: JpegHeader): boolean {
  return frameType === ARITHMETIC_SEQUENTIAL || frameType === ARITHMETIC_PROGRESSIVE;
}

/** Whether the bytes of a marker are in a file, be they one or not. */
function hasMarker(bytes: Uint8Array, marker: number): boolean {
  let offset = bytes.indexOf(0xff);
  while (offset >= 0 && bytes[offset + 1] !== marker) offset = bytes.indexOf(0xff, offset + 1);
  return offset >= 0;
}

function withTail(bytes: Uint8Array, tail: readonly number[]): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(bytes.length + tail.length);
  file.set(bytes);
  file.set(tail, bytes.length);
  return file;
}
