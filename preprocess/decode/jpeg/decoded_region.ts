/** Which part of a JPEG is decoded, where only part of its pixels will be looked at. */
import type { PixelRegion } from "../../contract/pixels.ts";
import type { JpegHeader } from "../../header/jpeg_header.ts";

/** SOF0 and SOF1: a pass of Huffman codes, of which each MCU needs no other. */
const SEQUENTIAL_FRAME_TYPES = [0, 1];
/** Of columns, and of rows: what less would save, the second call for a damaged file could cost. */
const SAVED_PART_MIN = 1 / 8;

interface Range {
  readonly start: number;
  readonly length: number;
}

/**
 * The part of a sequential JPEG that is decoded for a window of its pixels: the window, and at least an MCU on each side,
 * up to an MCU's edge. Chroma of a pixel is interpolated from its neighbours, none of which is further away than that.
 *
 * @returns `undefined` where all of it may as well be decoded.
 */
export function decodedRegion(jpeg: JpegHeader, window: PixelRegion): PixelRegion | undefined {
  const isKnown = SEQUENTIAL_FRAME_TYPES.includes(jpeg.frameType) && jpeg.components !== 4;
  if (!isKnown || jpeg.mcuWidth === 0 || jpeg.mcuHeight === 0) return undefined;
  const columns = around({ start: window.x, length: window.width }, jpeg.mcuWidth, jpeg.width);
  const rows = around({ start: window.y, length: window.height }, jpeg.mcuHeight, jpeg.height);
  if (columns.length === jpeg.width && rows.length === jpeg.height) return undefined;
  return { x: columns.start, y: rows.start, width: columns.length, height: rows.length };
}

/** A range of whole MCUs along an axis, or all of the axis. */
function around({ start, length }: Range, mcu: number, side: number): Range {
  const first = Math.max(0, Math.trunc(start / mcu) - 1) * mcu;
  const end = Math.min(side, (Math.ceil((start + length) / mcu) + 1) * mcu);
  const saved = side - (end - first);
  return saved < side * SAVED_PART_MIN
    ? { start: 0, length: side }
    : { start: first, length: end - first };
}
