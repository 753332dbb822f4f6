/** From decoded pixels to the RGB crop the model looks at: open_clip's Resize, CenterCrop and convert("RGB"). */
import { pixelBytes, type PixelImage } from "../contract/pixels.ts";
import type { PillowVersion } from "../contract/preprocess_spec.ts";
import { divideByAlpha, dropAlpha, premultiply } from "./alpha.ts";
import { deepCrop } from "./deep_resize.ts";
import { keepsSize } from "./geometry.ts";
import { multiplyDivide255 } from "./levels.ts";
import { nearestCrop } from "./nearest.ts";
import { resizeAndCrop } from "./resize.ts";
import { yCbCrToRgb } from "./ycbcr.ts";

/** What of the model's settings decides the crop. */
export interface CropSettings {
  /** Side of the square crop, in pixels. */
  readonly size: number;
  readonly pillow: PillowVersion;
}

/**
 * Resizes, crops and converts to RGB, in this order: each mode is resized in its own samples.
 *
 * @returns u8 [size, size, 3] (HWC), a fresh buffer.
 */
export function rgbCrop(
  image: PixelImage,
  { size, pillow }: CropSettings,
): Uint8Array<ArrayBuffer> {
  switch (image.mode) {
    case "RGB":
      return resizeAndCrop(image, size, pillow);
    case "L":
      return grayToRgb(resizeAndCrop(image, size, pillow));
    case "CMYK":
      return cmykToRgb(resizeAndCrop(image, size, pillow));
    case "RGBA":
      return rgbaCrop(image, { size, pillow });
    case "YCbCr":
      return yCbCrToRgb(resizeAndCrop(image, size, pillow));
    case "PA":
      // A resized picture has a new palette, which is black.
      return keepsSize(image, size)
        ? indicesToRgb(resizeAndCrop(image, size, pillow), image.palette)
        : new Uint8Array(size * size * 3);
    case "P":
      return indicesToRgb(nearestCrop(image, size), image.palette);
    case "I;16":
    case "I;16B":
    case "I":
    case "F":
      return grayToRgb(deepCrop(image, size, pillow));
  }
}

/** As Pillow, which returns a picture of the right size before it thinks of alpha. */
function rgbaCrop(image: PixelImage, { size, pillow }: CropSettings): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(size * size * 3);
  if (keepsSize(image, size)) {
    dropAlpha(resizeAndCrop(image, size, pillow), rgb);
    return rgb;
  }
  const data = image.data.slice(0, image.width * image.height * pixelBytes(image));
  premultiply(data);
  divideByAlpha(resizeAndCrop({ ...image, data }, size, pillow), rgb);
  return rgb;
}

function grayToRgb(gray: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(gray.length * 3);
  for (let pixel = 0; pixel < gray.length; pixel++) {
    rgb.fill(gray[pixel] as number, pixel * 3, pixel * 3 + 3);
  }
  return rgb;
}

function indicesToRgb(
  indices: Uint8Array,
  palette: Uint8Array | undefined,
): Uint8Array<ArrayBuffer> {
  if (palette === undefined) throw new TypeError("Cannot convert indices without a palette");
  const rgb = new Uint8Array(indices.length * 3);
  indices.forEach((index, pixel) => {
    rgb.set(palette.subarray(index * 3, index * 3 + 3), pixel * 3);
  });
  return rgb;
}

/** Source: Pillow `Convert.c`, cmyk2rgb: white less key, less its share of each ink. */
function cmykToRgb(cmyk: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  let out = 0;
  for (let pixel = 0; pixel < cmyk.length; pixel += 4) {
    const white = 255 - (cmyk[pixel + 3] as number);
    for (let ink = 0; ink < 3; ink++) {
      rgb[out++] = white - multiplyDivide255(cmyk[pixel + ink] as number, white);
    }
  }
  return rgb;
}
