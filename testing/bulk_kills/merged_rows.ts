/** All rows of a folder of shards. */
import { parquetReadObjects } from "hyparquet";

/** A row as it was read back. */
export interface MergedRow {
  readonly id: string;
  readonly embedding: readonly number[] | undefined;
  readonly status: string;
  readonly preprocess_id: string;
  readonly model_digest: string;
  readonly embedding_space: string;
}

/** Rows of all files, by their names; anything else in the folder is an error. */
export async function mergedRows(folder: string): Promise<MergedRow[]> {
  const rows: MergedRow[] = [];
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  for (const name of names.sort()) {
    const { buffer } = await Deno.readFile(`${folder}/${name}`);
    rows.push(...await parquetReadObjects({ file: buffer }) as unknown as MergedRow[]);
  }
  return rows;
}
