/** Near-duplicate groups: photos linked by a cosine over a threshold, directly or through others. */

/** A photo and its embedding, f32 [dim] of length 1. */
export interface EmbeddedPhoto {
  readonly name: string;
  readonly embedding: Float32Array;
}

/** Photos that show the same picture, and the smallest cosine that links one to another. */
export interface PhotoGroup {
  readonly names: readonly string[];
  /** Smallest cosine of a member to the member it is closest to; 1 for a photo that stands alone. */
  readonly weakestLink: number;
}

/** Groups photos whose cosine is at least `threshold` (single linkage), in order of first appearance. */
export function groupNearDuplicates(
  photos: readonly EmbeddedPhoto[],
  threshold: number,
): PhotoGroup[] {
  const groups: EmbeddedPhoto[][] = [];
  for (const photo of photos) {
    const linked = groups.filter((group) => closest(photo, group) >= threshold);
    const [first, ...others] = linked;
    if (first === undefined) {
      groups.push([photo]);
      continue;
    }
    first.push(photo, ...others.flat());
    for (const other of others) groups.splice(groups.indexOf(other), 1);
  }
  return groups.map((group) => ({
    names: group.map((photo) => photo.name),
    weakestLink: Math.min(1, ...group.map((photo) => closest(photo, group))),
  }));
}

/** Largest cosine of two photos of different groups: how far the nearest mistake is. */
export function nearestMiss(
  photos: readonly EmbeddedPhoto[],
  groups: readonly PhotoGroup[],
): number {
  const groupOf = new Map(groups.flatMap((group) => group.names.map((name) => [name, group])));
  let nearest = -1;
  for (const a of photos) {
    for (const b of photos) {
      if (groupOf.get(a.name) !== groupOf.get(b.name)) nearest = Math.max(nearest, dot(a, b));
    }
  }
  return nearest;
}

/** Largest cosine of a photo to any other of a group; 1 when it is the only one. */
function closest(photo: EmbeddedPhoto, group: readonly EmbeddedPhoto[]): number {
  const others = group.filter((other) => other !== photo);
  return others.length === 0 ? 1 : Math.max(...others.map((other) => dot(photo, other)));
}

function dot(a: EmbeddedPhoto, b: EmbeddedPhoto): number {
  return a.embedding.reduce((sum, value, index) => sum + value * (b.embedding[index] ?? 0), 0);
}
