import type { PixelImage } from "./pixels.ts";

/** How each EXIF orientation maps: whether axes swap, then whether source columns and rows run backwards. */
const TRANSFORMS: Record<number, { swap: boolean; flipX: boolean; flipY: boolean }> = {
  2: { swap: false, flipX: true, flipY: false },
  3: { swap: false, flipX: true, flipY: true },
  4: { swap: false, flipX: false, flipY: true },
  5: { swap: true, flipX: false, flipY: false },
  6: { swap: true, flipX: false, flipY: true },
  7: { swap: true, flipX: true, flipY: true },
  8: { swap: true, flipX: true, flipY: false },
};

/**
 * Turns pixels upright by their EXIF orientation, as Pillow's `ImageOps.exif_transpose`.
 *
 * @returns The image itself for orientation 1, else a fresh copy.
 */
export function applyOrientation(image: PixelImage, orientation: number): PixelImage {
  const transform = TRANSFORMS[orientation];
  if (transform === undefined) return image;
  const { swap, flipX, flipY } = transform;
  const { channels, data } = image;
  const width = swap ? image.height : image.width;
  const height = swap ? image.width : image.height;
  const result = new Uint8Array(width * height * channels);
  let out = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = swap ? y : x;
      const row = swap ? x : y;
      const sourceX = flipX ? image.width - 1 - column : column;
      const sourceY = flipY ? image.height - 1 - row : row;
      const source = (sourceY * image.width + sourceX) * channels;
      for (let channel = 0; channel < channels; channel++) {
        result[out++] = data[source + channel] as number;
      }
    }
  }
  return { width, height, channels, data: result };
}
