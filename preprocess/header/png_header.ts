/** The head of a PNG: its chunk IHDR (PNG 3rd edition, section 11.2.1). */
import type { RasterHeader } from "./raster_header.ts";

/** Samples a pixel by colour type: gray, RGB, palette, and with alpha gray and RGB. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** @throws {RangeError} when it ends before width and height. */
export function readPngHeader(bytes: Uint8Array): RasterHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  if (bytes.length < 26) return size;
  // A type that does not exist is left to the decoder to refuse.
  return { ...size, sampleBytes: view.getUint8(24) * (SAMPLES[view.getUint8(25)] ?? 4) / 8 };
}
