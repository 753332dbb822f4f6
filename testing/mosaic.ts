/** Pictures of any size from a few small ones: tiles at their own resolution, so that detail a pixel stays real. */
import type { RgbImage } from "./jpeg_encoder.ts";

/** A small generator with a seed (mulberry32), so that every run sends the same photos. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Fills a picture with the originals in rows of a random order, beginning somewhere inside the first. */
export function mosaic(
  originals: readonly RgbImage[],
  size: { readonly width: number; readonly height: number },
  random: () => number,
): RgbImage {
  const { width, height } = size;
  const data = new Uint8Array(width * height * 3);
  const pick = () => originals[Math.floor(random() * originals.length)] as RgbImage;
  for (let y = 0; y < height;) {
    let rowHeight = height - y;
    for (let x = 0; x < width;) {
      const tile = pick();
      const isFirst = x === 0;
      const left = isFirst ? Math.floor(random() * tile.width * 0.5) : 0;
      const top = Math.floor(random() * tile.height * 0.5);
      const columns = Math.min(tile.width - left, width - x);
      rowHeight = Math.min(rowHeight, tile.height - top);
      for (let row = 0; row < Math.min(tile.height - top, height - y); row++) {
        const from = ((top + row) * tile.width + left) * 3;
        data.set(tile.data.subarray(from, from + columns * 3), ((y + row) * width + x) * 3);
      }
      x += columns;
    }
    y += rowHeight;
  }
  return { width, height, data };
}

/** A square cut out of a picture. */
export function cutSquare(image: RgbImage, side: number, random: () => number): RgbImage {
  const left = Math.floor(random() * (image.width - side + 1));
  const top = Math.floor(random() * (image.height - side + 1));
  const data = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row++) {
    const from = ((top + row) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + side * 3), row * side * 3);
  }
  return { width: side, height: side, data };
}
