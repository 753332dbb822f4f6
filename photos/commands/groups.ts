/** `photos groups`: near-duplicates, a line a group. */
import { type Qualities, undecided } from "../groups/best_shot.ts";
import { groupPhotos, type PhotoGroup, rankGroups } from "../groups/photo_groups.ts";
import type { Library } from "../library/library.ts";
import { loadPairs } from "../pairs/load_pairs.ts";
import { qualitiesOf } from "../quality/qualities_of.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { counted, printable } from "../../command/terminal.ts";

/** Groups that are printed in full; `--limit` says otherwise. JSON has all of them. */
const PRINTED_MAX = 100;

/** Groups and prints. */
export async function groupsCommand(options: CommandOptions): Promise<number> {
  using library = openExisting(options);
  await printGroups(library, options);
  return 0;
}

/** Finds the groups of a library and prints them. */
export async function printGroups(library: Library, options: CommandOptions): Promise<void> {
  const { groups, threshold } = await findGroups(library, options);
  const { isJson, limit = isJson ? Infinity : PRINTED_MAX } = options;
  for (const group of groups.slice(0, limit)) {
    print(isJson ? jsonLine(library, group) : textLines(group));
  }
  if (isJson) return;
  if (groups.length > limit) {
    print(`… and ${counted(groups.length - limit, "more group")}: --limit shows more\n`);
  }
  print(totalLine(groups, threshold));
}

/** The groups, and the threshold that made them. */
async function findGroups(
  library: Library,
  options: CommandOptions,
): Promise<{ readonly groups: readonly PhotoGroup[]; readonly threshold: number }> {
  const { line, signal } = options;
  const { groups, threshold } = await groupLibrary(library, options);
  const qualities = await measureGroups(library, groups, { line, signal });
  line.clear();
  return { groups: rankGroups(groups, qualities), threshold };
}

/** Holds the vectors no longer than it must. */
async function groupLibrary(
  library: Library,
  { threshold, pairMethod: method, line, signal }: CommandOptions,
): Promise<{ readonly groups: readonly PhotoGroup[]; readonly threshold: number }> {
  const loaded = await loadPairs(library, {
    ...{ threshold, method, threads: navigator.hardwareConcurrency, signal },
    onProgress: (part) => line.show(() => `Comparing: ${(part * 100).toFixed(0)} %`),
  });
  const groups = groupPhotos({ ...loaded, photos: [...library.photos.all()] });
  return { groups, threshold: loaded.threshold };
}

/** Looks at those photos of groups among which nothing else tells the best. */
export async function measureGroups(
  library: Library,
  groups: readonly PhotoGroup[],
  { line, signal }: Pick<CommandOptions, "line" | "signal">,
): Promise<Qualities> {
  const alike = groups.flatMap(({ photos }) => undecided(photos.map(({ photo }) => photo)));
  return await qualitiesOf(library, alike, {
    signal,
    onProgress: (done, all) => line.show(() => `Looking for the best shots: ${done} of ${all}`),
  });
}

function jsonLine(library: Library, { photos, reason, weakestLink, isBurst }: PhotoGroup): string {
  const paths = photos.map(({ photo }) => library.absolute(photo.path));
  const exact = photos.filter(({ isExactCopy }) => isExactCopy)
    .map(({ photo }) => library.absolute(photo.path));
  return JSON.stringify({
    photos: paths,
    best: paths[0],
    reason,
    // Later digits are another processor's, or another way's to find pairs.
    weakest_link: Number(weakestLink.toFixed(4)),
    burst: isBurst,
    exact_copies: exact,
  });
}

function textLines({ photos, reason, weakestLink, isBurst }: PhotoGroup): string {
  const head = `${counted(photos.length, "photo")}, ≥ ${weakestLink.toFixed(3)}` +
    (isBurst ? ", a burst" : "");
  const lines = photos.map(({ photo, isExactCopy }, at) => {
    const size = photo.width === undefined ? "" : `${photo.width}×${photo.height}`;
    const note = at === 0 ? `best: ${reason}` : isExactCopy ? "the same bytes" : "";
    return `  ${at === 0 ? "*" : " "} ${printable(photo.path)}  ${size}  ${note}`.trimEnd();
  });
  return [head, ...lines, ""].join("\n");
}

function totalLine(groups: readonly PhotoGroup[], threshold: number): string {
  const more = groups.reduce((sum, { photos }) => sum + photos.length - 1, 0);
  return `${counted(groups.length, "group")} from cosine ${threshold} on; ${
    counted(more, "photo")
  } beside the best of each`;
}
