/** A JPEG's head without what says nothing of its pixels, for a decoder that stops at every warning. */
import type { JpegHeader } from "../../header/jpeg_header.ts";

const MARKER = {
  STUFFED: 0,
  FILL: 0xff,
  RST0: 0xd0,
  EOI: 0xd9,
  APP0: 0xe0,
  APP14: 0xee,
  APP15: 0xef,
  COM: 0xfe,
};
const SEGMENT_MIN = 0xc0;
/** Of an Adobe segment, behind `Adobe`: of three components libjpeg takes all but 0 for 1, YCbCr. */
const ADOBE_TRANSFORM_OFFSET = 4 + 11;
const ADOBE_YCC = 1;
/** Of a JFIF segment; libjpeg reads no more of it than a density, whatever the version. */
const JFIF_VERSION_OFFSET = 4 + 5;
const JFIF_VERSION = 1;

/**
 * Takes junk, comments and application segments out of a judged file's head, but for those that say which colours it has.
 *
 * @returns Parts of a file, views of `bytes` where nothing had to be changed.
 */
export function plainHead(bytes: Uint8Array, { firstScanOffset }: JpegHeader): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  let offset = bytes.indexOf(0xff, 2);
  while (offset >= 0 && offset < firstScanOffset) {
    const marker = bytes[offset + 1] as number;
    if (marker === MARKER.FILL || !hasSegment(marker)) {
      // A marker that has no place here is left for the decoder to refuse.
      if (marker !== MARKER.FILL && marker !== MARKER.STUFFED) {
        parts.push(bytes.subarray(offset, offset + 2));
      }
      offset = bytes.indexOf(0xff, offset + (marker === MARKER.FILL ? 1 : 2));
      continue;
    }
    // Lengths of 0 and 1, which cannot be, count as empty segments, as libjpeg has it.
    const end = offset + 2 + Math.max(2, view.getUint16(offset + 2));
    const segment = bytes.subarray(offset, end);
    const isMetadata = (marker > MARKER.APP0 && marker <= MARKER.APP15) || marker === MARKER.COM;
    if (marker === MARKER.APP0) parts.push(changed(segment, JFIF_VERSION_OFFSET, JFIF_VERSION));
    else if (marker === MARKER.APP14) parts.push(plainAdobe(segment));
    else if (!isMetadata) parts.push(segment);
    offset = bytes.indexOf(0xff, end);
  }
  return [...parts, bytes.subarray(firstScanOffset)];
}

function hasSegment(marker: number): boolean {
  return marker >= SEGMENT_MIN && !(marker >= MARKER.RST0 && marker <= MARKER.EOI);
}

function plainAdobe(segment: Uint8Array): Uint8Array<ArrayBuffer> {
  const isYcc = segment[ADOBE_TRANSFORM_OFFSET] !== 0;
  return isYcc ? changed(segment, ADOBE_TRANSFORM_OFFSET, ADOBE_YCC) : segment.slice();
}

/** A copy with another byte, where there is one. */
function changed(segment: Uint8Array, offset: number, value: number): Uint8Array<ArrayBuffer> {
  const copy = segment.slice();
  if (offset < copy.length) copy[offset] = value;
  return copy;
}
