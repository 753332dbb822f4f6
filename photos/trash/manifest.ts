/** The trash: a folder a run of `apply`, whose manifest says where each file was. */
import { join } from "node:path";
import { z } from "zod";

/** A file that was moved, or was to be: its line is on the disk before it moves. */
export interface TrashEntry {
  /** Absolute. */
  readonly from: string;
  /** Below the run's folder, with slashes. */
  readonly to: string;
  /** SHA-256, in hex. */
  readonly digest: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly when: string;
}

const entrySchema = z.object({
  from: z.string(),
  to: z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))(?:files|elsewhere)\/./s),
  digest: z.string(),
  bytes: z.number(),
  when: z.string(),
});

const TRASH_FOLDER = "trash";
const MANIFEST = "manifest.jsonl";

/** A run's folder. */
export interface TrashRun {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
}

/** Makes the folder of a run that begins, named after the time. */
export async function newRun(library: string, now: Date): Promise<TrashRun> {
  const trash = join(library, TRASH_FOLDER);
  await Deno.mkdir(trash, { recursive: true });
  const second = now.toISOString().slice(0, 19).replaceAll(":", "-");
  for (let number = 1;; number++) {
    const id = number === 1 ? second : `${second}.${number}`;
    const folder = join(trash, id);
    try {
      await Deno.mkdir(folder);
      return { id, folder };
    } catch (error) {
      // Another run of the same second.
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/** Runs that there are, the oldest first. */
export async function listRuns(library: string): Promise<TrashRun[]> {
  const trash = join(library, TRASH_FOLDER);
  try {
    const entries = await Array.fromAsync(Deno.readDir(trash));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort(byRun)
      .map((id) => ({ id, folder: join(trash, id) }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** By time, and then by number: `….10` comes after `….9`. */
function byRun(a: string, b: string): number {
  const [second, other] = [a.slice(0, 19), b.slice(0, 19)];
  if (second !== other) return second < other ? -1 : 1;
  return Number(a.slice(20)) - Number(b.slice(20));
}

/** What a run moved, the first file first; a line that a power cut left half written is none, as its file did not move. */
export async function readManifest({ folder }: TrashRun): Promise<TrashEntry[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(join(folder, MANIFEST));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return text.split("\n").flatMap((line) => {
    try {
      return [entrySchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

/** Writes a run's manifest. */
export class ManifestWriter implements Disposable {
  readonly #file: Deno.FsFile;

  constructor({ folder }: TrashRun) {
    this.#file = Deno.openSync(join(folder, MANIFEST), { createNew: true, append: true });
  }

  /** Adds a line; it is on the disk when this returns. */
  add(entry: TrashEntry): void {
    const bytes = new TextEncoder().encode(JSON.stringify(entry) + "\n");
    for (let written = 0; written < bytes.length;) {
      written += this.#file.writeSync(bytes.subarray(written));
    }
    this.#file.syncDataSync();
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
