/** The name that was meant by one that is unknown. */
import leven from "leven";

/** Of a name's letters, those that may be wrong, added or left out. */
const WRONG_SHARE = 1 / 4;
/** Of a short name as well: two that were swapped. */
const WRONG_MIN = 2;

/** The most similar name, also by its words in any order, or the only one that goes on where this one ends. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toUpperCase();
  const sorted = sortedWords(wanted);
  let distanceMin = Math.max(WRONG_MIN, Math.floor(name.length * WRONG_SHARE)) + 1;
  let nearest: string | undefined;
  for (const candidate of known) {
    const upper = candidate.toUpperCase();
    const distance = Math.min(leven(wanted, upper), leven(sorted, sortedWords(upper)));
    if (distance >= distanceMin) continue;
    distanceMin = distance;
    nearest = candidate;
  }
  if (nearest !== undefined) return nearest;
  const [longer, ...others] = known.filter((candidate) =>
    candidate.toUpperCase().startsWith(wanted)
  );
  return others.length === 0 ? longer : undefined;
}

function sortedWords(name: string): string {
  return name.split("_").sort().join("_");
}
