/** Resize of what has no mean, indices into a palette: the nearest pixel (source: Pillow `Geometry.c`, ImagingScaleAffine). */
import type { PixelImage } from "../contract/pixels.ts";
import type { CropSettings } from "../contract/preprocess_spec.ts";
import type { AxisWindow } from "./axis_weights.ts";
import { cropWindows } from "./geometry.ts";

/** Longer axes are not walked from their beginning: nobody has such a picture of Pillow's, which takes gigabytes. */
const WALKED_MAX = 1_000_000;

/**
 * Resizes and cuts out the window.
 *
 * @param image Of one byte a pixel, all of them held.
 * @returns u8 [height, width] of the window, a fresh buffer.
 */
export function nearestCrop(image: PixelImage, settings: CropSettings): Uint8Array<ArrayBuffer> {
  const windows = cropWindows(image, settings);
  const columns = nearestSamples(windows.columns);
  const rows = nearestSamples(windows.rows);
  const crop = new Uint8Array(columns.length * rows.length);
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
