/** `photos groups`: near-duplicates, a line a group. */
import { exactPairs } from "../groups/exact_pairs.ts";
import { groupPhotos, type PhotoGroup } from "../groups/photo_groups.ts";
import { defaultThreshold } from "../groups/threshold.ts";
import type { Library } from "../library/library.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { counted, printable } from "./terminal.ts";

/** Groups and prints. */
export async function groupsCommand(options: CommandOptions): Promise<number> {
  using library = openExisting(options);
  await printGroups(library, options);
  return 0;
}

/** Finds the groups of a library and prints them. */
export async function printGroups(library: Library, options: CommandOptions): Promise<void> {
  const { groups } = await findGroups(library, options);
  for (const group of groups) print(options.isJson ? jsonLine(library, group) : textLines(group));
  if (!options.isJson) print(totalLine(groups));
}

/** The groups, and the threshold that made them. */
export async function findGroups(
  library: Library,
  { threshold: chosen, line, signal }: CommandOptions,
): Promise<{ readonly groups: readonly PhotoGroup[]; readonly threshold: number }> {
  const photos = [...library.photos.all()];
  const [embedder] = library.vectors.embedders();
  const space = embedder?.space ?? "";
  const threshold = chosen ?? defaultThreshold(space);
  const { digests, rows } = embedder === undefined
    ? { digests: [], rows: new Float32Array(0) }
    : library.vectors.matrix(embedder);
  const vectors = { rows, dim: embedder?.dim ?? 1 };
  const pairs = digests.length < 2 ? [] : await exactPairs(vectors, {
    threshold,
    threads: navigator.hardwareConcurrency,
    signal,
    onProgress: (part) => line.show(() => `Comparing: ${(part * 100).toFixed(0)} %`),
  });
  line.clear();
  return { groups: groupPhotos({ photos, digests, vectors, pairs, threshold }), threshold };
}

function jsonLine(library: Library, { photos, reason, weakestLink, isBurst }: PhotoGroup): string {
  const paths = photos.map(({ photo }) => library.absolute(photo.path));
  const exact = photos.filter(({ isExactCopy }) => isExactCopy)
    .map(({ photo }) => library.absolute(photo.path));
  return JSON.stringify({
    photos: paths,
    best: paths[0],
    reason,
    weakest_link: weakestLink,
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

function totalLine(groups: readonly PhotoGroup[]): string {
  const more = groups.reduce((sum, { photos }) => sum + photos.length - 1, 0);
  return `${counted(groups.length, "group")}; ${counted(more, "photo")} beside the best of each`;
}
