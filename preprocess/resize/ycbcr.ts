/** YCbCr to RGB as Pillow converts it (source: its ConvertYCbCr.c: JFIF's factors in 1/64). */

const SCALE = 64;
const [RED_OF_CR, GREEN_OF_CB, GREEN_OF_CR, BLUE_OF_CB] = [1.402, -0.34414, -0.71414, 1.772];

/** Rounded as C does it that adds a half and cuts off, so that products below 0 go up. */
function products(factor: number): Int16Array {
  return Int16Array.from(
    { length: 256 },
    (_, level) => Math.trunc((level - 128) * factor * SCALE + 0.5),
  );
}

const redOfCr = products(RED_OF_CR);
const greenOfCb = products(GREEN_OF_CB);
const greenOfCr = products(GREEN_OF_CR);
const blueOfCb = products(BLUE_OF_CB);

/**
 * Converts u8 [pixels, 3].
 *
 * @returns A fresh buffer of the same shape.
 */
export function yCbCrToRgb(pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8ClampedArray(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    const level = pixels[at] as number;
    const [cb, cr] = [pixels[at + 1] as number, pixels[at + 2] as number];
    rgb[at] = level + ((redOfCr[cr] as number) >> 6);
    rgb[at + 1] = level + ((greenOfCb[cb] as number) + (greenOfCr[cr] as number) >> 6);
    rgb[at + 2] = level + ((blueOfCb[cb] as number) >> 6);
  }
  return new Uint8Array(rgb.buffer);
}
