/** Groups of photos, as a person sees them: files, not vectors. */
import type { Photo } from "../library/photo_table.ts";
import type { Pair, Vectors } from "./exact_pairs.ts";
import { groupVectors } from "./group_vectors.ts";

/** A photo of a group. */
interface GroupedPhoto {
  readonly photo: Photo;
  /** Whether another file of the group has the very same bytes. */
  readonly isExactCopy: boolean;
}

/** Near-duplicates. */
export interface PhotoGroup {
  /** The best shot first, then by path. */
  readonly photos: readonly GroupedPhoto[];
  /** Why the first one is the best, in words. */
  readonly reason: string;
  /** The smallest cosine that joined two parts; 1 where all are the same bytes. */
  readonly weakestLink: number;
  /** Whether one camera took them in a row. */
  readonly isBurst: boolean;
}

/** Seconds between two shots of a burst. */
const BURST_SECONDS = 3;

/** What groups are made of. */
export interface GroupInputs {
  readonly photos: readonly Photo[];
  /** Rows of `vectors`, by the digests of what was embedded, in hex. */
  readonly digests: readonly string[];
  readonly vectors: Vectors;
  readonly pairs: readonly Pair[];
  readonly threshold: number;
}

/** Groups photos, the largest groups first; exact copies need no vector. */
export function groupPhotos(
  { photos, digests, vectors, pairs, threshold }: GroupInputs,
): PhotoGroup[] {
  const byDigest = Map.groupBy(
    photos.filter(({ digest }) => digest !== undefined),
    ({ digest }) => digest.toHex(),
  );
  const groups: PhotoGroup[] = [];
  const grouped = new Set<string>();
  for (const { members, weakestLink } of groupVectors(vectors, pairs, threshold)) {
    const keys = members.map((row) => digests[row] as string);
    keys.forEach((key) => grouped.add(key));
    groups.push(describe(keys.flatMap((key) => byDigest.get(key) ?? []), weakestLink));
  }
  for (const [key, copies] of byDigest) {
    if (copies.length > 1 && !grouped.has(key)) groups.push(describe(copies, 1));
  }
  const first = ({ photos: [best] }: PhotoGroup) => best?.photo.path ?? "";
  return groups.sort((a, b) => b.photos.length - a.photos.length || (first(a) < first(b) ? -1 : 1));
}

function describe(photos: readonly Photo[], weakestLink: number): PhotoGroup {
  const ordered = photos.toSorted(byQuality);
  const counts = Map.groupBy(photos, ({ digest }) => digest.toHex());
  return {
    photos: ordered.map((photo) => ({
      photo,
      isExactCopy: (counts.get(photo.digest.toHex())?.length ?? 0) > 1,
    })),
    reason: reasonOf(ordered),
    weakestLink,
    isBurst: isBurst(photos),
  };
}

/** More pixels first, then more bytes, then what was there first, by the camera's time and by path. */
function byQuality(a: Photo, b: Photo): number {
  return pixelsOf(b) - pixelsOf(a) || b.bytes - a.bytes ||
    compare(a.takenAt ?? "~", b.takenAt ?? "~") || compare(a.path, b.path);
}

function reasonOf([best, next]: readonly Photo[]): string {
  if (best === undefined || next === undefined) return "it is the only one";
  if (pixelsOf(best) > pixelsOf(next)) return `most pixels: ${best.width} × ${best.height}`;
  if (best.bytes > next.bytes) return `as many pixels, least compressed: ${best.bytes} bytes`;
  return "nothing tells them apart but their names";
}

function isBurst(photos: readonly Photo[]): boolean {
  const [first] = photos;
  if (first?.camera === undefined) return false;
  if (photos.some(({ camera, takenAt }) => camera !== first.camera || takenAt === undefined)) {
    return false;
  }
  const seconds = photos.map(({ takenAt }) => Date.parse(`${takenAt}Z`) / 1000)
    .sort((a, b) => a - b);
  return photos.length > 1 &&
    seconds.every((second, at) => at === 0 || second - (seconds[at - 1] ?? 0) <= BURST_SECONDS);
}

function pixelsOf({ width = 0, height = 0 }: Photo): number {
  return width * height;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
