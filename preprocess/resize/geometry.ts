/** Where the model's square window lies in a photo: what open_clip does before inference with torchvision. */
import type { CropSettings, PillowVersion } from "../contract/preprocess_spec.ts";
import { Refusal } from "../contract/refusal.ts";
import type { ImageShape } from "../contract/pixels.ts";
import type { AxisWindow } from "./axis_weights.ts";

/** Size of the resized photo, the window cut out of it, and where that stands in the crop. */
export interface CropGeometry {
  readonly resizedWidth: number;
  readonly resizedHeight: number;
  /** Of the window, in resized pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Pixels of the crop that are left and above of the window. */
  readonly marginLeft: number;
  readonly marginTop: number;
  /** Side of the crop. */
  readonly size: number;
}

/** What of the settings decides the geometry. */
type GeometrySettings = Pick<CropSettings, "size" | "resize_mode">;

/**
 * The geometry of a photo's crop.
 *
 * @throws {Refusal} `unsupported_image` where nothing would be left of a side.
 */
export function cropGeometry(
  width: number,
  height: number,
  { size, resize_mode }: GeometrySettings,
): CropGeometry {
  switch (resize_mode) {
    case "longest":
      return longest(width, height, size);
    case "squash":
      return {
        ...{ resizedWidth: size, resizedHeight: size, left: 0, top: 0 },
        ...{ width: size, height: size, marginLeft: 0, marginTop: 0, size },
      };
    default:
      return shortest(width, height, size);
  }
}

/**
 * Shorter side to `size`, longer side truncated, centre window with Python's rounding.
 *
 * Source: torchvision `_compute_resized_output_size` and `center_crop`.
 */
function shortest(width: number, height: number, size: number): CropGeometry {
  const short = Math.min(width, height);
  const long = Math.trunc((size * Math.max(width, height)) / short);
  const resizedWidth = width <= height ? size : long;
  const resizedHeight = width <= height ? long : size;
  return {
    resizedWidth,
    resizedHeight,
    left: roundHalfToEven((resizedWidth - size) / 2),
    top: roundHalfToEven((resizedHeight - size) / 2),
    width: size,
    height: size,
    marginLeft: 0,
    marginTop: 0,
    size,
  };
}

/**
 * Longer side to `size`, shorter side with Python's rounding, and of two margins the second takes the odd pixel.
 *
 * Source: open_clip `ResizeKeepRatio` and `center_crop_or_pad`.
 */
function longest(width: number, height: number, size: number): CropGeometry {
  const ratio = Math.max(width, height) / size;
  const resizedWidth = roundHalfToEven(width / ratio);
  const resizedHeight = roundHalfToEven(height / ratio);
  if (resizedWidth === 0 || resizedHeight === 0) {
    throw new Refusal(
      "unsupported_image",
      `Cannot resize image as the longer side becomes ${size} pixels: the shorter one would have none`,
    );
  }
  return {
    resizedWidth,
    resizedHeight,
    left: 0,
    top: 0,
    width: resizedWidth,
    height: resizedHeight,
    marginLeft: Math.floor((size - resizedWidth) / 2),
    marginTop: Math.floor((size - resizedHeight) / 2),
    size,
  };
}

/** Whether the window is less than the crop. */
export function hasMargins({ width, height, size }: CropGeometry): boolean {
  return width < size || height < size;
}

/** Whether the photo has the size that is asked for already, so that nothing is resized. */
export function keepsSize({ width, height, extent }: ImageShape, geometry: CropGeometry): boolean {
  return extent === undefined && width === geometry.resizedWidth &&
    height === geometry.resizedHeight;
}

/** Both axes of a photo's crop, and their geometry: that of the photo itself where its pixels are a scaled one's. */
export function cropWindows(
  image: ImageShape,
  settings: Pick<CropSettings, "size" | "resize_mode" | "interpolation">,
): { geometry: CropGeometry; columns: AxisWindow; rows: AxisWindow } {
  const { width, height, extent } = image;
  const { interpolation = "bicubic" } = settings;
  // Sides divided by a power of two give the same quotients, and so the same geometry, as the whole ones.
  const shown = extent ?? image;
  const geometry = cropGeometry(shown.width, shown.height, settings);
  return {
    geometry,
    columns: {
      inSize: width,
      box: extent && { start: extent.x, length: extent.width },
      outSize: geometry.resizedWidth,
      start: geometry.left,
      count: geometry.width,
      interpolation,
    },
    rows: {
      inSize: height,
      box: extent && { start: extent.y, length: extent.height },
      outSize: geometry.resizedHeight,
      start: geometry.top,
      count: geometry.height,
      interpolation,
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
