/** Embeds one shard into one file. */
import type { AdaptiveConcurrency } from "../client/adaptive_concurrency.ts";
import type { BatchSize } from "../client/batch_size.ts";
import { embedAll, type EmbedJob, type EmbedOutcome } from "../client/embed_all.ts";
import type { Embedding } from "../client/embedding.ts";
import type { EmbeddingClient } from "../client/embedding_client.ts";
import { EmbeddingError } from "../client/embedding_error.ts";
import { ERROR_CATALOGUE, type ErrorCode } from "../gateway/contract/catalogue.ts";
import { InOrder } from "./in_order.ts";
import type { OneModel } from "./one_model.ts";
import type { OpenShard } from "./shard.ts";
import type { ShardFacts } from "./shard_facts.ts";
import { ShardFile, type ShardRow } from "./shard_file.ts";

/** How far a shard is. */
export interface ShardProgress {
  readonly done: number;
  readonly failed: number;
  /** How many there are in all, where that is known. */
  readonly count: number | undefined;
  /** Requests that may be in flight. */
  readonly concurrency: number;
  /** Why something is being sent again, if that is so. */
  readonly retrying: string | undefined;
}

/** How shards are embedded. */
export interface EmbedShardOptions {
  readonly client: EmbeddingClient;
  readonly model: OneModel;
  /** Requests in flight: so many, or as many as is learnt, by all shards together. */
  readonly concurrency: number | AdaptiveConcurrency;
  /** How many photos go together, as all shards learn it. */
  readonly batchSize: BatchSize;
  /** The part of a shard's photos that may fail. */
  readonly failedMax: number;
  readonly onProgress: (progress: ShardProgress) => void;
  readonly signal: AbortSignal;
}

/** Which photo of the shard it is. */
interface Place {
  readonly index: number;
  readonly id: string;
}

/**
 * Embeds all photos of a shard; rows are in its order.
 *
 * @param place Of the file, which appears when it is whole, or not at all.
 * @throws {OtherModelError} where a vector is of another model.
 * @throws {EmbeddingError} where the gateway is at fault and no attempt is left.
 * @throws {Error} where too many photos have failed, the shard cannot be read, or the file not be written.
 */
export async function embedShard(
  { source, count, photos }: OpenShard,
  place: string,
  { client, model, concurrency, batchSize, failedMax, onProgress, signal }: EmbedShardOptions,
): Promise<ShardFacts> {
  await using file = new ShardFile(place);
  const rows = new InOrder<ShardRow>();
  const failures = new Map<ErrorCode, number>();
  let [done, failed] = [0, 0];
  let firstFailure: string | undefined;
  let embedder: Embedding | undefined;
  const outcomes = embedAll(client, jobsOf(photos), {
    ...{ concurrency, batchBytes: batchSize, signal },
    onProgress: ({ concurrency, retrying }) =>
      onProgress({ done, failed, count, concurrency, retrying: retrying?.message }),
  });
  for await (const outcome of outcomes) {
    const row = rowOf(outcome);
    if (typeof row.result === "string") {
      failures.set(row.result, (failures.get(row.result) ?? 0) + 1);
      failed++;
      if ("error" in outcome) firstFailure ??= `${outcome.tag.id}: ${outcome.error.message}`;
    } else {
      model.admit(row.result);
      embedder ??= row.result;
      done++;
    }
    for (const next of rows.put(outcome.tag.index, row)) await file.add(next);
  }
  const all = done + failed;
  if (failed > all * failedMax) {
    throw tooManyFailures(`${all} photos of ${place}`, failures, firstFailure);
  }
  const facts = { source, photos: all, failed, embedder };
  await file.finish(facts);
  return facts;
}

async function* jobsOf(photos: OpenShard["photos"]): AsyncGenerator<EmbedJob<Place>> {
  let index = 0;
  for await (const { id, read } of photos) yield { tag: { index: index++, id }, read };
}

/** @throws {Error} what says nothing of the photo. */
function rowOf(outcome: EmbedOutcome<Place>): ShardRow {
  const { id } = outcome.tag;
  if ("embedding" in outcome) return { id, result: outcome.embedding };
  const { error } = outcome;
  if (error instanceof EmbeddingError && isCode(error.code)) return { id, result: error.code };
  throw error;
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, code);
}

function tooManyFailures(
  photos: string,
  failures: ReadonlyMap<ErrorCode, number>,
  first: string | undefined,
): Error {
  const counts = [...failures].sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${count} by ${code}`);
  return new Error(
    `Of ${photos} too many failed, so that it was not written: ${
      counts.join(", ")
    }; the first is ${first}`,
  );
}
