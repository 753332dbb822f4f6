/** What an image costs to preprocess, told by its head: before anything of it is decoded. */
import type { JudgedImage } from "./image_header.ts";

/** Of JPEG frames, only those whose cost is bound by pixels and bytes: progressive ones have scan upon scan. */
const BASELINE = 0;

/** Measured on two busy hyperthreads; a faster machine makes the same use of the same rule. */
const MS = { image: 0.05, megapixel: 3.4, mebibyte: 5 };

/**
 * Milliseconds that libturbojpeg and the kernel take, for a baseline JPEG in one scan; `Infinity` for everything whose
 * head does not tell.
 */
export function imageCostMs({ bytes, header }: JudgedImage): number {
  const { width, height, jpeg } = header;
  const isBound = jpeg?.frameType === BASELINE && jpeg.firstScanComponents === jpeg.components;
  if (!isBound) return Infinity;
  return MS.image + width * height / 1e6 * MS.megapixel + bytes.length / 2 ** 20 * MS.mebibyte;
}
