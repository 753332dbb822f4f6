/** All bombs, those of the worst repute first. */
import type { Bomb } from "./bomb.ts";
import { BODY_BOMBS } from "./body_bombs.ts";
import { JPEG_BOMBS } from "./jpeg_bombs.ts";
import { PROGRESSIVE_BOMBS } from "./progressive_bombs.ts";
import { RASTER_BOMBS } from "./raster_bombs.ts";

/** In the order in which they are thrown. */
export const BOMBS: readonly Bomb[] = [
  ...PROGRESSIVE_BOMBS,
  ...RASTER_BOMBS,
  ...JPEG_BOMBS,
  ...BODY_BOMBS,
];
