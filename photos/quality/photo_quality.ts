/** How sharp and how well exposed a picture is. */
import type { Quality } from "../library/quality_table.ts";

/** Levels up to which a pixel is as good as black, and from which as good as white. */
const DARK_MAX = 3;
const BRIGHT_MIN = 252;

/**
 * Measures a picture.
 *
 * Sharpness is the variance of the Laplacian (Pech-Pacheco and others, 2000), of four neighbours, divided by that of the
 * levels: a copy with more contrast is no sharper.
 *
 * @param pixels u8 [side, side, 3], RGB.
 */
export function photoQuality(pixels: Uint8Array, side: number): Quality {
  const levels = new Float32Array(side * side);
  let [dark, bright] = [0, 0];
  for (let at = 0; at < levels.length; at++) {
    const [red, green, blue] = [pixels[at * 3], pixels[at * 3 + 1], pixels[at * 3 + 2]];
    // Rec. 601's luma.
    const level = 0.299 * (red as number) + 0.587 * (green as number) + 0.114 * (blue as number);
    levels[at] = level;
    if (level <= DARK_MAX) dark++;
    else if (level >= BRIGHT_MIN) bright++;
  }
  const contrast = variance(levels);
  return {
    sharpness: contrast === 0 ? 0 : variance(laplacian(levels, side)) / contrast,
    dark: dark / levels.length,
    bright: bright / levels.length,
  };
}

/** Of the pixels that have four neighbours. */
function laplacian(levels: Float32Array, side: number): Float32Array {
  const inner = side - 2;
  const edges = new Float32Array(inner * inner);
  for (let row = 0; row < inner; row++) {
    for (let column = 0; column < inner; column++) {
      const at = (row + 1) * side + column + 1;
      const [left, right] = [levels[at - 1] as number, levels[at + 1] as number];
      const [above, below] = [levels[at - side] as number, levels[at + side] as number];
      edges[row * inner + column] = left + right + above + below - 4 * (levels[at] as number);
    }
  }
  return edges;
}

function variance(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.max(0, squares / values.length - mean * mean);
}
