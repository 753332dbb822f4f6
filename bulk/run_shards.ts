/** Embeds shards one after the other, and leaves out what is finished. */
import { EmbeddingError } from "../client/embedding_error.ts";
import { embedShard, type EmbedShardOptions, type ShardProgress } from "./embed_shard.ts";
import { FinalError, withPaths } from "./final_error.ts";
import { OneModel, OtherModelError } from "./one_model.ts";
import { openShard, type ReadOptions, type Shard } from "./shard.ts";
import { folderEmbedder, readFacts, type ShardFacts } from "./shard_facts.ts";
import { removeParts, shardPath } from "./shard_file.ts";

/** Told how a run goes on. */
export interface RunReport {
  started(shard: Shard): void;
  progress(progress: ShardProgress): void;
  /** @param seconds That it took; nothing where it was finished before. */
  finished(facts: ShardFacts, seconds: number | undefined): void;
}

/** How a run's shards are read and embedded. */
export interface RunOptions extends Omit<EmbedShardOptions, "model" | "onProgress"> {
  readonly read: Omit<ReadOptions, "signal">;
  /** A folder, which is there. */
  readonly out: string;
  readonly report: RunReport;
}

/** What says nothing of the moment: a key, or a model, that is wrong. */
const FINAL_CODES: readonly string[] = [
  "unauthorized",
  "not_found",
  "model_not_found",
  "modality_not_supported",
];

/**
 * Embeds shards, each into `OUT/NAME.parquet`. May be ended at any moment, and run again.
 *
 * @throws {FinalError} where another attempt would end the same way.
 * @throws {Error} as `embedShard()`, where it may not; or the signal's reason.
 */
export async function runShards(shards: readonly Shard[], options: RunOptions): Promise<void> {
  const { out, read, report, signal } = options;
  const model = new OneModel(await withPaths(folderEmbedder(out)));
  for (const shard of shards) {
    report.started(shard);
    const place = shardPath(out, shard.name);
    const open = await withPaths(openShard(shard, { ...read, signal }));
    const known = await withPaths(readFacts(place));
    if (known === undefined) {
      const started = performance.now();
      const onProgress = (progress: ShardProgress) => report.progress(progress);
      const facts = await withPaths(embedShard(open, place, { ...options, model, onProgress }))
        .catch((error) =>
          Promise.reject(isFinal(error) ? new FinalError(error.message, { cause: error }) : error)
        );
      report.finished(facts, (performance.now() - started) / 1000);
    } else {
      if (known.source !== open.source) throw otherSource(shard, place);
      report.finished(known, undefined);
    }
    await removeParts(place);
  }
}

function isFinal(error: unknown): boolean {
  if (error instanceof OtherModelError) return error.isFinal;
  return error instanceof EmbeddingError && FINAL_CODES.includes(error.code);
}

function otherSource({ path }: Shard, place: string): FinalError {
  return new FinalError(
    `${place} was made of another ${path} than this one. Name another folder by --out, ` +
      "or move that file away",
  );
}
