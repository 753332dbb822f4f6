/** A library's vectors in a file that other programs read. */
import type { Library } from "../library/library.ts";
import type { StoredEmbedder } from "../library/vector_table.ts";
import { exportRows, type WriteExport } from "./export_rows.ts";
import { writeJsonl } from "./jsonl_file.ts";
import { writeNpy } from "./npy_file.ts";
import { writeParquet } from "./parquet_file.ts";
import { writeSqlite } from "./sqlite_file.ts";

/** How a file is written. */
export type ExportFormat = "jsonl" | "npy" | "parquet" | "sqlite";

/** All of them. */
export const EXPORT_FORMATS: readonly ExportFormat[] = ["jsonl", "npy", "parquet", "sqlite"];

/** Where an export goes. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** Absolute; of `npy`, the lines go to the same with `.jsonl` behind it. */
  readonly out: string;
  readonly signal: AbortSignal;
}

/** What was written. */
export interface Exported {
  readonly embedder: StoredEmbedder;
  readonly photos: number;
  readonly files: readonly string[];
}

const PART = ".part";
const LINES = ".jsonl";

const WRITERS: Readonly<Record<ExportFormat, WriteExport>> = {
  jsonl: writeJsonl,
  npy: (part, photos) => writeNpy(part, part.slice(0, -PART.length) + LINES + PART, photos),
  parquet: writeParquet,
  sqlite: writeSqlite,
};

/**
 * Exports the photos that have a vector of the library's main embedder. Files have their names when they are whole.
 *
 * @throws {Error} where there is no vector, or a file is there already; or the signal's reason.
 */
export async function exportLibrary(
  library: Library,
  { format, out, signal }: ExportOptions,
): Promise<Exported> {
  const [embedder] = library.vectors.embedders();
  if (embedder === undefined || embedder.count === 0) {
    throw new Error("No photo has a vector yet: embed them first");
  }
  const files = format === "npy" ? [out + LINES, out] : [out];
  for (const file of files) {
    await assertAbsent(file);
    await removeIfThere(file + PART);
  }
  try {
    const rows = exportRows(library, embedder, signal);
    const photos = await WRITERS[format](out + PART, { embedder, rows });
    for (const file of files) await Deno.rename(file + PART, file);
    return { embedder, photos, files };
  } finally {
    for (const file of files) await removeIfThere(file + PART);
  }
}

/** It may be a photo. */
async function assertAbsent(path: string): Promise<void> {
  try {
    await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new Error(`There is ${path} already: remove it, or name another file`);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
