/** All bombs, those of the worst repute first. */
import type { Bomb } from "./bomb.ts";
import { BODY_BOMBS } from "./body_bombs.ts";
import { GIF_BOMBS } from "./gif_bombs.ts";
import { JPEG_BOMBS } from "./jpeg_bombs.ts";
import { PNG_BOMBS } from "./png_bombs.ts";
import { PROGRESSIVE_BOMBS } from "./progressive_bombs.ts";
import { TIFF_BOMBS } from "./tiff_bombs.ts";

/** In the order in which they are thrown. */
export const BOMBS: readonly Bomb[] = [
  ...PROGRESSIVE_BOMBS,
  ...TIFF_BOMBS,
  ...PNG_BOMBS,
  ...GIF_BOMBS,
  ...JPEG_BOMBS,
  ...BODY_BOMBS,
];
