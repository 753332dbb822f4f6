/** How well groups that were found match those that were planned. */
import type { Plan } from "./generated_photos.ts";

/** Of pairs of photos: one pair in common counts one. */
export interface GroupScore {
  /** Part of the pairs found that were planned. */
  readonly precision: number;
  /** Part of the pairs planned that were found. */
  readonly recall: number;
}

/** Scores groups. */
export function scoreGroups(plan: Plan, found: readonly (readonly string[])[]): GroupScore {
  const groupOf = new Map(plan.flatMap((names, group) => names.map((name) => [name, group])));
  let common = 0;
  for (const names of found) {
    const counts = new Map<number | undefined, number>();
    for (const name of names) {
      const group = groupOf.get(name);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    for (const count of counts.values()) common += pairs(count);
  }
  const all = (groups: readonly (readonly string[])[]) =>
    groups.reduce((sum, names) => sum + pairs(names.length), 0);
  const [foundPairs, plannedPairs] = [all(found), all(plan)];
  return {
    precision: foundPairs === 0 ? 1 : common / foundPairs,
    recall: plannedPairs === 0 ? 1 : common / plannedPairs,
  };
}

function pairs(count: number): number {
  return count * (count - 1) / 2;
}
