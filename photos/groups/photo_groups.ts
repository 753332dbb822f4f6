/** Groups of photos, as a person sees them: files, not vectors. */
import type { Photo } from "../library/photo_table.ts";
import { type Qualities, rankPhotos } from "./best_shot.ts";
import { groupVectors } from "./group_vectors.ts";
import type { PairList, Vectors } from "./pair_list.ts";

/** A photo of a group. */
interface GroupedPhoto {
  readonly photo: Photo;
  /** Whether another file of the group has the very same bytes. */
  readonly isExactCopy: boolean;
}

/** Near-duplicates. */
export interface PhotoGroup {
  /** The best shot first. */
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
  /** All that reach the threshold, and maybe more. */
  readonly pairs: PairList;
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
  for (const { members: rows, weakestLink } of groupVectors(vectors, pairs, threshold)) {
    const keys = rows.map((row) => digests[row] as string);
    keys.forEach((key) => grouped.add(key));
    const members = keys.flatMap((key) => byDigest.get(key) ?? []);
    groups.push(describe(members, weakestLink));
  }
  for (const [key, copies] of byDigest) {
    if (copies.length > 1 && !grouped.has(key)) {
      groups.push(describe(copies, 1));
    }
  }
  return groups.sort(bySize);
}

/** The same groups with their photos in the order that the pictures themselves give. */
export function rankGroups(
  groups: readonly PhotoGroup[],
  qualities: Qualities,
): PhotoGroup[] {
  return groups.map(({ photos, weakestLink }) =>
    describe(photos.map(({ photo }) => photo), weakestLink, qualities)
  ).sort(bySize);
}

function bySize(a: PhotoGroup, b: PhotoGroup): number {
  const first = ({ photos: [best] }: PhotoGroup) => best?.photo.path ?? "";
  return b.photos.length - a.photos.length || (first(a) < first(b) ? -1 : 1);
}

function describe(
  photos: readonly Photo[],
  weakestLink: number,
  qualities: Qualities = new Map(),
): PhotoGroup {
  const { photos: ranked, reason } = rankPhotos(photos, qualities);
  const counts = Map.groupBy(photos, ({ digest }) => digest.toHex());
  return {
    photos: ranked.map((photo) => ({
      photo,
      isExactCopy: (counts.get(photo.digest.toHex())?.length ?? 0) > 1,
    })),
    reason,
    weakestLink,
    isBurst: isBurst(photos),
  };
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
