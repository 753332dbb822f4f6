/** From decoded pixels to the RGB crop the model looks at: open_clip's steps up to convert("RGB"). */
import { pixelBytes, type PixelImage } from "../contract/pixels.ts";
import type { CropSettings } from "../contract/preprocess_spec.ts";
import { divideByAlpha, dropAlpha, premultiply } from "./alpha.ts";
import { deepCrop } from "./deep_resize.ts";
import { type CropGeometry, cropWindows, hasMargins, keepsSize } from "./geometry.ts";
import { addMargins, marginColour } from "./margins.ts";
import { nearestCrop } from "./nearest.ts";
import { resizeAndCrop } from "./resize.ts";
import { cmykToRgb, grayToRgb, indicesToRgb } from "./to_rgb.ts";
import { yCbCrToRgb } from "./ycbcr.ts";

/**
 * Resizes, crops or adds margins, and converts to RGB: each mode is resized in its own samples.
 *
 * @returns u8 [size, size, 3] (HWC), a fresh buffer.
 * @throws {Refusal} as `cropGeometry()`.
 */
export function rgbCrop(image: PixelImage, settings: CropSettings): Uint8Array<ArrayBuffer> {
  const { geometry } = cropWindows(image, settings);
  if (image.mode === "PA" && !keepsSize(image, geometry)) {
    // A resized picture has a new palette, which is black.
    return new Uint8Array(geometry.size * geometry.size * 3);
  }
  const window = rgbWindow(image, geometry, settings);
  if (!hasMargins(geometry)) return window;
  return addMargins(window, geometry, marginColour(image, settings.fill_color ?? 0));
}

/** u8 [height, width, 3] of the window. */
function rgbWindow(
  image: PixelImage,
  geometry: CropGeometry,
  settings: CropSettings,
): Uint8Array<ArrayBuffer> {
  switch (image.mode) {
    case "RGB":
      return resizeAndCrop(image, settings);
    case "L":
      return grayToRgb(resizeAndCrop(image, settings));
    case "CMYK":
      return cmykToRgb(resizeAndCrop(image, settings));
    case "RGBA":
      return rgbaWindow(image, geometry, settings);
    case "YCbCr":
      return yCbCrToRgb(resizeAndCrop(image, settings));
    case "PA":
      return indicesToRgb(resizeAndCrop(image, settings), image.palette);
    case "P":
      return indicesToRgb(nearestCrop(image, settings), image.palette);
    case "I;16":
    case "I;16B":
    case "I":
    case "F":
      return grayToRgb(deepCrop(image, settings));
  }
}

/** As Pillow, which returns a picture of the right size before it thinks of alpha. */
function rgbaWindow(
  image: PixelImage,
  geometry: CropGeometry,
  settings: CropSettings,
): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(geometry.width * geometry.height * 3);
  if (keepsSize(image, geometry)) {
    dropAlpha(resizeAndCrop(image, settings), rgb);
    return rgb;
  }
  const data = image.data.slice(0, image.width * image.height * pixelBytes(image));
  premultiply(data);
  divideByAlpha(resizeAndCrop({ ...image, data }, settings), rgb);
  return rgb;
}
