/** Brings photos back from the trash. */
import { join } from "node:path";
import type { Library } from "../library/library.ts";
import { messageOf } from "../library/trouble.ts";
import { readPhoto } from "../scan/read_photo.ts";
import { readManifest, type TrashEntry, type TrashRun } from "./manifest.ts";
import { digestOf, isThere, moveFile, type Rename } from "./move_file.ts";

/** What came of it. */
export interface Undone {
  readonly restored: number;
  /** Files that were in their places: a run was cut before it moved them, or they were brought back before. */
  readonly inPlace: number;
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
}

/** How photos are brought back. */
export interface UndoOptions {
  readonly signal?: AbortSignal;
  readonly rename?: Rename;
}

/** Brings back what a run moved, the last file first; nothing is overwritten. May be run again. */
export async function undoRun(
  library: Library,
  run: TrashRun,
  { signal, rename }: UndoOptions = {},
): Promise<Undone> {
  const failed: { path: string; reason: string }[] = [];
  let restored = 0;
  let inPlace = 0;
  for (const entry of (await readManifest(run)).reverse()) {
    if (signal?.aborted) break;
    const problem = await bringBack(entry, run, rename);
    if (problem === "restored") {
      restored++;
      await remember(library, entry);
    } else if (problem === "in place") inPlace++;
    else failed.push({ path: entry.from, reason: problem });
  }
  return { restored, inPlace, failed };
}

/** Files of a run that are in the trash and not in their places, where another file of the same size is taken for them. */
export async function stillTrashed(run: TrashRun): Promise<TrashEntry[]> {
  const entries = await readManifest(run);
  const isAway = await Promise.all(
    entries.map(async ({ from, to, bytes }) =>
      await sizeOf(join(run.folder, to)) !== undefined && await sizeOf(from) !== bytes
    ),
  );
  return entries.filter((_, at) => isAway[at]);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await Deno.lstat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Why a file stays in the trash, or what became of it. */
async function bringBack(
  { from, to, digest }: TrashEntry,
  { folder }: TrashRun,
  rename: Rename | undefined,
): Promise<string> {
  const trashed = join(folder, to);
  try {
    const isTrashed = await isThere(trashed);
    if (await isThere(from)) {
      // Of a copy to another disk, the original may not have gone any more.
      const isSame = (await digestOf(from)).digest === digest;
      if (isSame) return "in place";
      return isTrashed ? "another file is in its place" : "it is not in the trash";
    }
    if (!isTrashed) return "it is not in the trash";
    await moveFile({ from: trashed, to: from, digest }, rename);
    return "restored";
  } catch (error) {
    return messageOf(error);
  }
}

/** What was trashed is undecided again, and in the library without another scan. */
async function remember(library: Library, { from }: TrashEntry): Promise<void> {
  const { size, mtime } = await Deno.stat(from);
  const photo = {
    path: library.stored(from),
    bytes: size,
    mtimeMs: mtime?.getTime() ?? 0,
    ...await readPhoto(from),
  };
  library.transaction(() => {
    library.photos.put(photo, library.photos.nextScan());
    // A run that was cut may have left it.
    library.decisions.drop(photo.path);
  });
}
