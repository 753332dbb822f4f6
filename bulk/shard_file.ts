/** What is made of a shard: one Parquet file, which has its name when it is whole. */
import { basename, dirname } from "node:path";
import type { Embedding } from "../client/embedding.ts";
import {
  optional,
  ParquetFile,
  type ParquetSchema,
  required,
  text,
  vectorColumn,
} from "../files/parquet_file.ts";
import type { ErrorCode } from "../gateway/contract/catalogue.ts";
import { pairsOf, readFacts, SHARD_FILE_END, type ShardFacts } from "./shard_facts.ts";

/** A photo's row. */
export interface ShardRow {
  readonly id: string;
  /** Or why there is none. */
  readonly result: Embedding | ErrorCode;
}

/** Rows of a row group, which is made in memory. */
const GROUP_ROWS = 1024;

const SCHEMA: ParquetSchema = [
  { name: "photos", num_children: 6 },
  { name: "id", ...text, ...required },
  ...vectorColumn("embedding", optional),
  { name: "status", ...text, ...required },
  { name: "preprocess_id", ...text, ...optional },
  { name: "model_digest", ...text, ...optional },
  { name: "embedding_space", ...text, ...optional },
];

/** Where the file of a shard is, or will be. */
export function shardPath(folder: string, name: string): string {
  return `${folder}/${name}${SHARD_FILE_END}`;
}

/** Writes it beside its place; it vanishes when it is disposed of before it was finished. */
export class ShardFile implements AsyncDisposable {
  readonly #place: string;
  /** Another one for every attempt: two workers may be at it. */
  readonly #part: string;
  readonly #file: ParquetFile;
  #rows: ShardRow[] = [];
  #isClosed = false;

  /** @param place As `shardPath()` has it; the folder must be there. */
  constructor(place: string) {
    this.#place = place;
    this.#part = `${dirname(place)}/.${basename(place)}.${crypto.randomUUID()}.part`;
    this.#file = new ParquetFile(this.#part, SCHEMA);
  }

  /** Takes the next row. */
  async add(row: ShardRow): Promise<void> {
    this.#rows.push(row);
    if (this.#rows.length === GROUP_ROWS) await this.#flush();
  }

  /**
   * Gives the file its name, once it is on the disk. If another worker was faster, its file is replaced by this one, with the
   * same rows; or stands, where that worker has cleared this one away.
   */
  async finish(facts: ShardFacts): Promise<void> {
    await this.#flush();
    await this.#file.finish(pairsOf(facts));
    this.#close();
    try {
      await Deno.rename(this.#part, this.#place);
    } catch (error) {
      const isCleared = error instanceof Deno.errors.NotFound &&
        await readFacts(this.#place) !== undefined;
      if (!isCleared) throw error;
    }
    // The name is in the folder, which has to reach the disk, too.
    using folder = await Deno.open(dirname(this.#place));
    await folder.sync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await Deno.remove(this.#part).catch(() => {});
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    await this.#file.write(columnsOf(rows));
  }

  #close(): void {
    if (!this.#isClosed) this.#file[Symbol.dispose]();
    this.#isClosed = true;
  }
}

/** As `Array.from()`, in an eighth of its time. */
function listOf(vector: Float32Array): number[] {
  const list: number[] = [];
  for (let at = 0; at < vector.length; at++) list.push(vector[at] as number);
  return list;
}

function columnsOf(rows: readonly ShardRow[]): Parameters<ParquetFile["write"]>[0] {
  const column = (name: string, valueOf: (embedding: Embedding) => unknown, failed: unknown) => ({
    name,
    data: rows.map(({ result }) => typeof result === "string" ? failed : valueOf(result)),
  });
  return [
    { name: "id", data: rows.map(({ id }) => id) },
    {
      ...column("embedding", ({ vector }) => listOf(vector), null),
      // Vectors do not shrink.
      ...{ encoding: "PLAIN", codec: "UNCOMPRESSED", statistics: false },
    },
    { name: "status", data: rows.map(({ result }) => typeof result === "string" ? result : "ok") },
    column("preprocess_id", ({ preprocessId }) => preprocessId, null),
    column("model_digest", ({ modelDigest }) => modelDigest ?? null, null),
    column("embedding_space", ({ space }) => space, null),
  ];
}

/** Removes what attempts have left that did not come to an end. */
export async function removeParts(place: string): Promise<void> {
  const begin = `.${basename(place)}.`;
  for await (const { name } of Deno.readDir(dirname(place))) {
    if (!name.startsWith(begin) || !name.endsWith(".part")) continue;
    await Deno.remove(`${dirname(place)}/${name}`).catch(() => {});
  }
}
