/** Near-duplicate groups: photos linked by a cosine from a threshold on, directly or through others. */
import { cosine } from "./cosine.js";

/**
 * Groups photos by single linkage, in order of first appearance.
 * `weakest` is the smallest cosine that links one of a group to its nearest; 1 for a photo that stands alone.
 */
export function nearDuplicates(photos, threshold) {
  const groups = [];
  for (const photo of photos) {
    const linked = groups.filter((group) => nearest(photo, group) >= threshold);
    const joined = [...linked.flat(), photo];
    if (linked.length === 0) groups.push(joined);
    else groups[groups.indexOf(linked[0])] = joined;
    for (const other of linked.slice(1)) groups.splice(groups.indexOf(other), 1);
  }
  return groups.map((members) => ({
    photos: members.toSorted((a, b) => photos.indexOf(a) - photos.indexOf(b)),
    weakest: members.reduce((weakest, photo) => Math.min(weakest, nearest(photo, members)), 1),
  }));
}

function nearest(photo, group) {
  const others = group.filter((other) => other !== photo);
  if (others.length === 0) return 1;
  return others.reduce((best, other) => Math.max(best, cosine(photo.vector, other.vector)), -1);
}
