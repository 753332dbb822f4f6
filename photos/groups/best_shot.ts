/** Which photo of a group is the best, and why. */
import type { Photo } from "../library/photo_table.ts";
import type { Quality } from "../library/quality_table.ts";

/** By digest, in hex; of photos that are not in it nothing bad is known. */
export type Qualities = ReadonlyMap<string, Quality>;

/** What is less than this part of the most pixels is a smaller version; above it, the picture itself decides. */
const SIZE_PART = 0.95;
/** What is so many times as sharp is sharper; less is as good as the same. */
const SHARPER_FACTOR = 1.1;
/** How much more of a photo must be black or white than of another for that to be called badly exposed. */
const CLIPPED_PART = 0.05;

/** A photo beside the others of its group. */
interface Contender {
  readonly photo: Photo;
  readonly pixels: number;
  readonly quality: Quality | undefined;
  readonly isSmaller: boolean;
  readonly hasFewColours: boolean;
  /** Steps of `SHARPER_FACTOR` below the sharpest. */
  readonly blur: number;
  readonly isBadlyExposed: boolean;
}

/** The photos of a group in their order, and why the first is it. */
export interface RankedPhotos {
  readonly photos: readonly Photo[];
  /** In words. */
  readonly reason: string;
}

/**
 * Orders photos: those of most pixels first; of them those that are no GIF, those that are well exposed, the sharpest
 * first; then by pixels, bytes, time and path.
 */
export function rankPhotos(photos: readonly Photo[], qualities: Qualities): RankedPhotos {
  const ordered = contendersOf(photos, qualities).sort((a, b) =>
    Number(a.isSmaller) - Number(b.isSmaller) ||
    Number(a.hasFewColours) - Number(b.hasFewColours) ||
    Number(a.isBadlyExposed) - Number(b.isBadlyExposed) || a.blur - b.blur || b.pixels - a.pixels ||
    b.photo.bytes - a.photo.bytes || compare(a.photo.takenAt ?? "~", b.photo.takenAt ?? "~") ||
    compare(a.photo.path, b.photo.path)
  );
  return { photos: ordered.map(({ photo }) => photo), reason: reasonOf(ordered) };
}

/** Of a group, the photos whose pixels decide; none where their sizes do, or all have the same bytes. */
export function undecided(photos: readonly Photo[]): Photo[] {
  const most = Math.max(...photos.map(pixelsOf));
  const large = photos.filter((photo) => !isSmaller(pixelsOf(photo), most));
  return new Set(large.map(({ digest }) => digest.toHex())).size > 1 ? large : [];
}

function contendersOf(photos: readonly Photo[], qualities: Qualities): Contender[] {
  const most = Math.max(...photos.map(pixelsOf));
  const all = photos.map((photo) => ({ photo, quality: qualities.get(photo.digest.toHex()) }));
  const large = all.filter(({ photo }) => !isSmaller(pixelsOf(photo), most));
  const rich = large.filter(({ photo }) => !hasFewColours(photo));
  const judged = (rich.length > 0 ? rich : large).flatMap(({ quality }) => quality ?? []);
  const clippedMin = Math.min(...judged.map(clipped));
  const exposed = judged.filter((quality) => clipped(quality) <= clippedMin + CLIPPED_PART);
  const sharpest = Math.max(0, ...exposed.map(({ sharpness }) => sharpness));
  return all.map(({ photo, quality }) => ({
    photo,
    quality,
    pixels: pixelsOf(photo),
    isSmaller: isSmaller(pixelsOf(photo), most),
    hasFewColours: hasFewColours(photo),
    blur: quality === undefined ? 0 : blurOf(quality.sharpness, sharpest),
    isBadlyExposed: quality !== undefined && clipped(quality) > clippedMin + CLIPPED_PART,
  }));
}

function reasonOf([best, next]: readonly Contender[]): string {
  if (best === undefined || next === undefined) return "it is the only one";
  const size = `most pixels: ${best.photo.width} × ${best.photo.height}`;
  if (next.isSmaller && !best.isSmaller) return size;
  if (next.hasFewColours && !best.hasFewColours) return "all its colours: the next is a GIF";
  if (next.isBadlyExposed && !best.isBadlyExposed) {
    const [own, other] = [best, next].map(({ quality }) => percent(quality ? clipped(quality) : 0));
    return `better exposed: ${own} of it is black or white, ${other} of the next`;
  }
  if (next.blur > best.blur) return sharpnessOf(best, next);
  if (best.pixels > next.pixels) return size;
  if (best.photo.bytes > next.photo.bytes) {
    return `as many pixels, least compressed: ${best.photo.bytes} bytes`;
  }
  return "nothing tells them apart but their names";
}

function sharpnessOf({ quality: best }: Contender, { quality: next }: Contender): string {
  if (best === undefined || next === undefined || next.sharpness === 0) {
    return "the next is blurred";
  }
  return `sharper: ${(best.sharpness / next.sharpness).toFixed(1)} times as sharp as the next`;
}

/** What has no edges is as far below as can be. */
function blurOf(sharpness: number, sharpest: number): number {
  if (sharpness >= sharpest) return 0;
  return Math.floor(Math.log(sharpest / sharpness) / Math.log(SHARPER_FACTOR));
}

function isSmaller(pixels: number, most: number): boolean {
  return pixels < SIZE_PART * most;
}

/** Colours that are dithered look like edges. */
function hasFewColours({ format }: Photo): boolean {
  return format === "gif";
}

function clipped({ dark, bright }: Quality): number {
  return dark + bright;
}

function pixelsOf({ width = 0, height = 0 }: Photo): number {
  return width * height;
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
