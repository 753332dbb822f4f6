/** The head of a GIF: its canvas and its first frame (GIF89a, sections 18–20). */
import type { RasterHeader } from "./raster_header.ts";

const EXTENSION = 0x21;
const IMAGE_DESCRIPTOR = 0x2c;

/**
 * The size is the larger of canvas and first frame, which may be larger than the canvas that holds it.
 *
 * @throws {RangeError} when the head ends early.
 */
export function readGifHeader(bytes: Uint8Array): RasterHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(10);
  const colors = flags & 0x80 ? 2 << (flags & 7) : 0;
  let offset = 13 + 3 * colors;
  while (view.getUint8(offset) === EXTENSION) {
    offset += 2;
    // Sub-blocks: a length, so many bytes, and again until a length of 0.
    while (view.getUint8(offset) !== 0) offset += view.getUint8(offset) + 1;
    offset++;
  }
  const hasFrame = view.getUint8(offset) === IMAGE_DESCRIPTOR;
  const side = (place: number) => view.getUint16(place, true);
  return {
    width: Math.max(side(6), hasFrame ? side(offset + 5) : 0),
    height: Math.max(side(8), hasFrame ? side(offset + 7) : 0),
    sampleBytes: 1,
  };
}
