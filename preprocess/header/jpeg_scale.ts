/** How small a JPEG may be decoded where speed matters more than exactness. */
import type { JpegHeader } from "./jpeg_header.ts";
import type { ImageShape, PixelMode } from "../contract/pixels.ts";

/** What a picture's sides are divided by. */
export type ScaleDenominator = 1 | 2 | 4 | 8;

/** SOF3, which has no DCT to scale. */
const LOSSLESS_FRAME_TYPE = 3;
/** By the number of components; those of YCCK are made CMYK. */
const MODES: Readonly<Record<number, PixelMode>> = { 1: "L", 3: "RGB", 4: "CMYK" };
/** Powers of two only: libjpeg's steps between them have no SIMD code and take longer than the full size. */
const DENOMINATORS = [8, 4, 2] as const;

/** What has to be left of a picture. */
export interface ScaledSide {
  readonly side: "shorter" | "longer";
  /** Pixels, counted before the sides of the smaller picture are rounded up. */
  readonly min: number;
}

/**
 * The largest denominator that leaves a side at least so many pixels, as Pillow's `Image.draft` chooses it; 1 where there
 * is none, and for lossless JPEGs.
 */
export function scaleDenominator(
  { frameType, width, height }: JpegHeader,
  { side, min }: ScaledSide,
): ScaleDenominator {
  if (frameType === LOSSLESS_FRAME_TYPE) return 1;
  const length = side === "longer" ? Math.max(width, height) : Math.min(width, height);
  return DENOMINATORS.find((denominator) => length >= denominator * min) ?? 1;
}

/** Size of the smaller picture's pixels, and what they show. */
export function scaledShape(
  photo: Pick<JpegHeader, "width" | "height" | "components">,
  denominator: ScaleDenominator,
): ImageShape {
  const width = photo.width / denominator;
  const height = photo.height / denominator;
  const shape = {
    width: Math.ceil(width),
    height: Math.ceil(height),
    mode: MODES[photo.components] as PixelMode,
  };
  return denominator === 1 ? shape : { ...shape, extent: { x: 0, y: 0, width, height } };
}
