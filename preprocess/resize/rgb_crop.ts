/** From decoded pixels to the RGB crop the model looks at: open_clip's Resize, CenterCrop and convert("RGB"). */
import type { PixelImage } from "../contract/pixels.ts";
import type { PillowVersion } from "../contract/preprocess_spec.ts";
import { resizeAndCrop } from "./resize.ts";

/** What of the model's settings decides the crop. */
export interface CropSettings {
  /** Side of the square crop, in pixels. */
  readonly size: number;
  readonly pillow: PillowVersion;
}

/**
 * Resizes, crops and converts to RGB, in this order: CMYK is resized as CMYK.
 *
 * @returns u8 [size, size, 3] (HWC), a fresh buffer.
 */
export function rgbCrop(image: PixelImage, settings: CropSettings): Uint8Array<ArrayBuffer> {
  const crop = resizeAndCrop(image, settings.size, settings.pillow);
  if (image.channels === 3) return crop;
  return image.channels === 1 ? grayToRgb(crop) : cmykToRgb(crop);
}

function grayToRgb(gray: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(gray.length * 3);
  for (let pixel = 0; pixel < gray.length; pixel++) {
    rgb.fill(gray[pixel] as number, pixel * 3, pixel * 3 + 3);
  }
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

/** a × b / 255, rounded, as Pillow's `MULDIV255`. */
function multiplyDivide255(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
