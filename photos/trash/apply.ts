/** Moves photos to the trash, and never deletes one. */
import { isAbsolute, join } from "node:path";
import type { Library } from "../library/library.ts";
import { messageOf } from "../library/trouble.ts";
import { listRuns, ManifestWriter, newRun, readManifest, type TrashRun } from "./manifest.ts";
import { moveFile, type Rename } from "./move_file.ts";
import { type PlannedMove, type TrashPlan, whyNotAnyMore } from "./plan.ts";

/** How photos are moved. */
export interface ApplyOptions {
  /** Folder of the library, absolute. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  /** Told the number of moved files. */
  readonly onProgress?: (moved: number) => void;
  readonly rename?: Rename;
}

/** What came of it. */
export interface Applied {
  /** `undefined` where nothing was to be moved. */
  readonly run: TrashRun | undefined;
  readonly moved: number;
  readonly bytes: number;
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Moves what a plan has, and still may go. Each file's line of the manifest is on the disk before the file moves, and the library forgets
 * the photo behind it: a cut anywhere leaves what `undo` brings back and another `apply` goes on with.
 */
export async function applyPlan(
  library: Library,
  { moves, gone }: TrashPlan,
  { folder, signal, onProgress, rename }: ApplyOptions,
): Promise<Applied> {
  await forgetTrashed(library, folder, gone);
  if (moves.length === 0) return { run: undefined, moved: 0, bytes: 0, failed: [] };
  const run = await newRun(folder, new Date());
  using manifest = new ManifestWriter(run);
  const failed: { path: string; reason: string }[] = [];
  let moved = 0;
  let bytes = 0;
  for (const move of moves) {
    if (signal?.aborted) break;
    const reason = await whyNotAnyMore(library, move.path).catch(messageOf);
    if (reason !== undefined) {
      failed.push({ path: move.path, reason });
      continue;
    }
    const to = placeOf(move);
    manifest.add({
      ...{ from: move.from, to, digest: move.digest, bytes: move.bytes },
      when: new Date().toISOString(),
    });
    try {
      await moveFile({ from: move.from, to: join(run.folder, to), digest: move.digest }, rename);
    } catch (error) {
      failed.push({ path: move.path, reason: messageOf(error) });
      continue;
    }
    forget(library, move.path);
    moved++;
    bytes += move.bytes;
    onProgress?.(moved);
  }
  return { run, moved, bytes, failed };
}

/** Below `files` as below the root; photos of other folders below `elsewhere`, by their whole path. */
function placeOf({ path }: PlannedMove): string {
  if (!isAbsolute(path)) return `files/${path}`;
  return `elsewhere/${path.replace(/^[/\\]+/, "").replaceAll("\\", "/").replaceAll(":", "")}`;
}

/** A run that was cut moved a file and could not tell the library any more. */
async function forgetTrashed(
  library: Library,
  folder: string,
  gone: readonly string[],
): Promise<void> {
  if (gone.length === 0) return;
  const trashed = new Set<string>();
  for (const run of await listRuns(folder)) {
    for (const { from } of await readManifest(run)) trashed.add(from);
  }
  for (const path of gone) {
    if (trashed.has(library.absolute(path))) forget(library, path);
  }
}

function forget(library: Library, path: string): void {
  library.transaction(() => {
    library.photos.drop(path);
    library.decisions.drop(path);
  });
}
