/** What the files of shards say of themselves, at their ends. */
import { parquetMetadataAsync } from "hyparquet";
import type { Embedder } from "../client/embedding.ts";
import { FinalError } from "./final_error.ts";

/** What their names end with. */
export const SHARD_FILE_END = ".parquet";

/** What a file says of itself. */
export interface ShardFacts {
  /** As `OpenShard.source`. */
  readonly source: string;
  readonly photos: number;
  readonly failed: number;
  /** Who made its vectors; absent where it has none. */
  readonly embedder: Embedder | undefined;
}

/** As keys and values. */
export function pairsOf({ source, photos, failed, embedder }: ShardFacts): Record<string, string> {
  return {
    source,
    photos: String(photos),
    failed: String(failed),
    ...embedder !== undefined && {
      embedding_space: embedder.space,
      preprocess_id: embedder.preprocessId,
      ...embedder.modelDigest !== undefined && { model_digest: embedder.modelDigest },
    },
  };
}

/**
 * What a finished file says of itself; nothing where there is none yet.
 *
 * @throws {FinalError} where it is not what a shard's file is.
 */
export async function readFacts(place: string): Promise<ShardFacts | undefined> {
  let about: Map<string, string | undefined>;
  try {
    using file = await Deno.open(place);
    const { size: byteLength } = await file.stat();
    const slice = (start: number, end = byteLength) => readSlice(file, start, end);
    const { key_value_metadata: pairs = [] } = await parquetMetadataAsync({ byteLength, slice });
    about = new Map(pairs.map(({ key, value }) => [key, value]));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw notAShard(place, error);
  }
  const [source, photos, failed, space, preprocessId, modelDigest] = [
    ...["source", "photos", "failed", "embedding_space", "preprocess_id", "model_digest"],
  ].map((key) => about.get(key));
  if (source === undefined || photos === undefined) throw notAShard(place);
  const embedder = space === undefined || preprocessId === undefined ? undefined : {
    ...{ modality: "image", space, preprocessId, madeBy: place } as const,
    ...modelDigest !== undefined && { modelDigest },
  };
  return { source, photos: Number(photos), failed: Number(failed), embedder };
}

function notAShard(place: string, cause?: unknown): FinalError {
  return new FinalError(`${place} is no finished shard: move it away`, { cause });
}

async function readSlice(file: Deno.FsFile, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  await file.seek(start, Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) throw new Error("It ends too early");
    at += read;
  }
  return bytes.buffer;
}

/** Who made the vectors in a folder, by the first finished file that has any. */
export async function folderEmbedder(folder: string): Promise<Embedder | undefined> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  for (const name of names.filter((name) => name.endsWith(SHARD_FILE_END)).sort()) {
    const facts = await readFacts(`${folder}/${name}`);
    if (facts?.embedder !== undefined) return facts.embedder;
  }
  return undefined;
}
