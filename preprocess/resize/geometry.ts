/** Where the model's square window lies in a photo: torchvision's Resize and CenterCrop. */
import type { AxisWindow } from "./bicubic.ts";
import type { PillowVersion } from "../contract/preprocess_spec.ts";
import type { ImageShape } from "../contract/pixels.ts";

/** Size of the resized photo and the window cut out of it, in resized pixels. */
export interface CropGeometry {
  readonly resizedWidth: number;
  readonly resizedHeight: number;
  readonly left: number;
  readonly top: number;
  /** Side of the window. */
  readonly size: number;
}

/**
 * Shorter side to `size`, longer side truncated, centre window with Python's rounding.
 *
 * Source: torchvision `_compute_resized_output_size` and `center_crop`.
 */
export function cropGeometry(width: number, height: number, size: number): CropGeometry {
  const short = Math.min(width, height);
  const long = Math.trunc((size * Math.max(width, height)) / short);
  const resizedWidth = width <= height ? size : long;
  const resizedHeight = width <= height ? long : size;
  return {
    resizedWidth,
    resizedHeight,
    left: roundHalfToEven((resizedWidth - size) / 2),
    top: roundHalfToEven((resizedHeight - size) / 2),
    size,
  };
}

/** Whether the shorter side is `size` already, so that nothing is resized. */
export function keepsSize({ width, height, extent }: ImageShape, size: number): boolean {
  return extent === undefined && Math.min(width, height) === size;
}

/** Both axes of a photo's crop, and their geometry: that of the photo itself where its pixels are a scaled one's. */
export function cropWindows(
  image: ImageShape,
  size: number,
): { geometry: CropGeometry; columns: AxisWindow; rows: AxisWindow } {
  const { width, height, extent } = image;
  // Sides divided by a power of two give the same quotients, and so the same geometry, as the whole ones.
  const shown = extent ?? image;
  const geometry = cropGeometry(shown.width, shown.height, size);
  const { resizedWidth, resizedHeight, left, top } = geometry;
  return {
    geometry,
    columns: {
      inSize: width,
      box: extent && { start: extent.x, length: extent.width },
      outSize: resizedWidth,
      start: left,
      count: size,
    },
    rows: {
      inSize: height,
      box: extent && { start: extent.y, length: extent.height },
      outSize: resizedHeight,
      start: top,
      count: size,
    },
  };
}

/** Pillow 13 shrinks tall pictures vertically first; 12 and older never do. */
export function isVerticalFirst(
  image: { readonly width: number; readonly height: number },
  geometry: CropGeometry,
  pillow: PillowVersion,
): boolean {
  const rowsSaved = image.height - geometry.resizedHeight;
  const columnsSaved = image.width - geometry.resizedWidth;
  return pillow >= 13 && rowsSaved > 0 && rowsSaved > 2 * columnsSaved;
}

/** Python's `round`: halves go to the even neighbour. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
