/** Resize of what has no mean, indices into a palette: the nearest pixel (source: Pillow `Geometry.c`, ImagingScaleAffine). */
import type { PixelImage } from "../contract/pixels.ts";
import type { AxisWindow } from "./bicubic.ts";
import { cropWindows } from "./geometry.ts";

/** Longer axes are not walked from their beginning: nobody has such a picture of Pillow's, which takes gigabytes. */
const WALKED_MAX = 1_000_000;

/**
 * Resizes the shorter side to `size` and cuts out the centre.
 *
 * @param image Of one byte a pixel, all of them held.
 * @returns u8 [size, size], a fresh buffer.
 */
export function nearestCrop(image: PixelImage, size: number): Uint8Array<ArrayBuffer> {
  const windows = cropWindows(image, size);
  const columns = nearestSamples(windows.columns);
  const rows = nearestSamples(windows.rows);
  const crop = new Uint8Array(size * size);
  let out = 0;
  for (const row of rows) {
    const line = row * image.width;
    for (const column of columns) crop[out++] = image.data[line + column] as number;
  }
  return crop;
}

/** The source sample of each output sample. */
function nearestSamples({ inSize, outSize, start, count }: AxisWindow): Int32Array {
  const scale = inSize / outSize;
  let place = scale * 0.5;
  // Pillow adds up, and so do we: the sum's rounding decides which of two neighbours it is.
  if (outSize > WALKED_MAX) place += start * scale;
  else for (let skipped = 0; skipped < start; skipped++) place += scale;
  return Int32Array.from({ length: count }, () => {
    const sample = Math.min(Math.trunc(place), inSize - 1);
    place += scale;
    return sample;
  });
}
