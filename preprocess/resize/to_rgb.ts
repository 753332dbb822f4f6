/** Samples of each mode to RGB, as Pillow's `convert("RGB")` does it; yCbCrToRgb() has a file of its own. */
import { multiplyDivide255 } from "./levels.ts";

/** u8 [pixels] to u8 [pixels, 3], a fresh buffer. */
export function grayToRgb(gray: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(gray.length * 3);
  for (let pixel = 0; pixel < gray.length; pixel++) {
    rgb.fill(gray[pixel] as number, pixel * 3, pixel * 3 + 3);
  }
  return rgb;
}

/**
 * u8 [pixels] to u8 [pixels, 3], a fresh buffer.
 *
 * @param palette u8 [256, 3].
 */
export function indicesToRgb(
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

/**
 * u8 [pixels, 4] to u8 [pixels, 3], a fresh buffer.
 *
 * Source: Pillow `Convert.c`, cmyk2rgb: white less key, less its share of each ink.
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array<ArrayBuffer> {
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
