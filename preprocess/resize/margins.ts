/** What surrounds a picture that does not fill the crop: open_clip's `center_crop_or_pad`, by torchvision's `pad`. */
import type { PixelImage } from "../contract/pixels.ts";
import type { CropGeometry } from "./geometry.ts";
import { cmykToRgb, grayToRgb, indicesToRgb } from "./to_rgb.ts";
import { yCbCrToRgb } from "./ycbcr.ts";

/**
 * The colour of margins, which are added before the conversion to RGB: every sample is `fill`, or the index is.
 *
 * @returns u8 [3].
 */
export function marginColour(
  { mode, palette }: Pick<PixelImage, "mode" | "palette">,
  fill: number,
): Uint8Array {
  const samples = new Uint8Array(4).fill(fill);
  switch (mode) {
    case "CMYK":
      return cmykToRgb(samples);
    case "YCbCr":
      return yCbCrToRgb(samples.subarray(0, 3));
    case "P":
    case "PA":
      return indicesToRgb(samples.subarray(0, 1), palette);
    default:
      return grayToRgb(samples.subarray(0, 1));
  }
}

/**
 * Puts a window into its place.
 *
 * @param window u8 [height, width, 3] of the geometry's window.
 * @param colour u8 [3].
 * @returns u8 [size, size, 3], a fresh buffer.
 */
export function addMargins(
  window: Uint8Array,
  geometry: CropGeometry,
  colour: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { width, height, marginLeft, marginTop, size } = geometry;
  const crop = new Uint8Array(size * size * 3);
  for (let pixel = 0; pixel < crop.length; pixel += 3) crop.set(colour, pixel);
  for (let row = 0; row < height; row++) {
    const line = window.subarray(row * width * 3, (row + 1) * width * 3);
    crop.set(line, ((marginTop + row) * size + marginLeft) * 3);
  }
  return crop;
}
