/** Brings a library up to date with the folders that it is of. */
import type { Library } from "../library/library.ts";
import type { PhotoFacts } from "../library/photo_table.ts";
import { FILE_BYTES_MAX, readPhoto } from "./read_photo.ts";
import { type Found, reasonOf, walk } from "./walk.ts";

/** How far a scan is. */
export interface ScanProgress {
  /** Files that were seen. */
  files: number;
  /** Of them, those that were read, as they are new or changed. */
  read: number;
  bytesRead: number;
  /** Files that were known and are not there any more. */
  gone: number;
  /** Decisions that went along with their files to another path. */
  movedDecisions: number;
  /** Files and folders that cannot be looked at, or hold no picture that is decoded. */
  readonly problems: { readonly path: string; readonly problem: string }[];
}

/** How a scan is done. */
export interface ScanOptions {
  /** Absolute folders, or files. */
  readonly folders: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
}

/** Files read at a time: disks and digests work side by side. */
const READS = 4;
/** Of a file that is read alone. */
const LARGE_BYTES = 32 * 1024 * 1024;
/** Files of a transaction: a cut costs so many at most. */
const BATCH = 256;

/** Scans; what was read before a cut is kept. @throws the signal's reason. */
export async function scan(library: Library, options: ScanOptions): Promise<ScanProgress> {
  for (const folder of options.folders) assertThere(folder);
  const progress: ScanProgress = {
    files: 0,
    read: 0,
    bytesRead: 0,
    gone: 0,
    movedDecisions: 0,
    problems: [],
  };
  const number = library.photos.nextScan();
  let batch: Found[] = [];
  const flush = async () => {
    await scanBatch(library, batch, { number, progress });
    batch = [];
    options.onProgress?.(progress);
    options.signal?.throwIfAborted();
  };
  for (const found of walk(options.folders)) {
    batch.push(found);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  library.transaction(() => {
    for (const { path } of progress.problems) library.photos.keep(library.stored(path), number);
    progress.movedDecisions = library.decisions.follow(number);
    progress.gone = library.photos.forgetUnseen(
      options.folders.map((folder) => library.stored(folder)),
      number,
    );
  });
  options.onProgress?.(progress);
  return progress;
}

/** A disk that is not mounted must not look like a library whose photos are all gone. */
function assertThere(folder: string): void {
  try {
    Deno.statSync(folder);
  } catch (error) {
    throw new Error(`Cannot scan ${folder}: ${reasonOf(error)}`, { cause: error });
  }
}

/** A file that is there. */
type Seen = Extract<Found, { stamp: unknown }>;

interface ScanState {
  readonly number: number;
  readonly progress: ScanProgress;
}

async function scanBatch(
  library: Library,
  batch: readonly Found[],
  { number, progress }: ScanState,
): Promise<void> {
  const changed: Seen[] = [];
  const known: string[] = [];
  for (const found of batch) {
    if ("problem" in found) {
      progress.problems.push(found);
      continue;
    }
    progress.files++;
    const { bytes, mtimeMs } = found.stamp;
    const before = library.photos.stampOf(library.stored(found.path));
    if (before?.bytes === bytes && before.mtimeMs === mtimeMs) known.push(found.path);
    else changed.push(found);
  }
  const facts = await readFiles(changed, progress);
  library.transaction(() => {
    for (const path of known) library.photos.touch(library.stored(path), number);
    for (const { path, stamp } of changed) {
      const read = facts.get(path);
      if (read === undefined) continue;
      library.photos.put({ path: library.stored(path), ...stamp, ...read }, number);
    }
  });
}

/** Reads files, the large ones one after the other: each is in memory whole, more than once. */
async function readFiles(
  files: readonly Seen[],
  progress: ScanProgress,
): Promise<ReadonlyMap<string, PhotoFacts>> {
  const facts = new Map<string, PhotoFacts>();
  const read = async ({ path, stamp: { bytes } }: Seen) => {
    try {
      if (bytes > FILE_BYTES_MAX) {
        throw new Error(`it has ${bytes} bytes, and a photo must have ≤ ${FILE_BYTES_MAX}`);
      }
      facts.set(path, await readPhoto(path));
      progress.read++;
      progress.bytesRead += bytes;
    } catch (error) {
      // It went since it was seen.
      if (error instanceof Deno.errors.NotFound) progress.files--;
      else progress.problems.push({ path, problem: reasonOf(error) });
    }
  };
  const { small = [], large = [] } = Object.groupBy(
    files,
    ({ stamp: { bytes } }) => bytes > LARGE_BYTES ? "large" : "small",
  );
  const queue = small.values();
  await Promise.all(Array.from({ length: READS }, async () => {
    for (const found of queue) await read(found);
  }));
  for (const found of large) await read(found);
  return facts;
}
