/** Pictures with alpha are resized with their colours multiplied by it (source: Pillow `Convert.c`, RGBA to RGBa and back). */
import { multiplyDivide255 } from "./levels.ts";

/** Multiplies red, green and blue by alpha, in place: u8 [pixels, 4]. */
export function premultiply(pixels: Uint8Array): void {
  for (let pixel = 0; pixel < pixels.length; pixel += 4) {
    const alpha = pixels[pixel + 3] as number;
    if (alpha === 255) continue;
    for (let channel = pixel; channel < pixel + 3; channel++) {
      pixels[channel] = multiplyDivide255(pixels[channel] as number, alpha);
    }
  }
}

/**
 * Divides by alpha again and leaves it out.
 *
 * @param pixels u8 [pixels, 4].
 * @param rgb u8 [pixels, 3], written.
 */
export function divideByAlpha(pixels: Uint8Array, rgb: Uint8Array): void {
  let out = 0;
  for (let pixel = 0; pixel < pixels.length; pixel += 4) {
    const alpha = pixels[pixel + 3] as number;
    const isPlain = alpha === 255 || alpha === 0;
    for (let channel = pixel; channel < pixel + 3; channel++) {
      const level = pixels[channel] as number;
      rgb[out++] = isPlain ? level : Math.min(255, Math.trunc(255 * level / alpha));
    }
  }
}

/** Leaves alpha out: u8 [pixels, 4] to u8 [pixels, 3]. */
export function dropAlpha(pixels: Uint8Array, rgb: Uint8Array): void {
  let out = 0;
  for (let pixel = 0; pixel < pixels.length; pixel += 4) {
    for (let channel = pixel; channel < pixel + 3; channel++) {
      rgb[out++] = pixels[channel] as number;
    }
  }
}
