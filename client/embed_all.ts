/** Embeds many inputs, as fast as line and gateway carry and no faster. */
import { AdaptiveConcurrency, type ConcurrencyBounds } from "./adaptive_concurrency.ts";
import { BatchSize } from "./batch_size.ts";
import { type Embedding, type Input, modalityOf } from "./embedding.ts";
import type { EmbeddingClient, EmbedOrder } from "./embedding_client.ts";
import { EmbeddingError } from "./embedding_error.ts";
import type { BatchResult } from "./wire.ts";

/** An input with whatever its caller knows it by. */
export interface EmbedJob<Tag> {
  readonly tag: Tag;
  /** Read when its turn comes, so that no more is in memory than is in flight. */
  readonly read: () => Promise<Input>;
}

/** What came of an input. */
export type EmbedOutcome<Tag> =
  | { readonly tag: Tag; readonly embedding: Embedding }
  | { readonly tag: Tag; readonly error: Error };

/** How far it is. */
export interface EmbedProgress {
  readonly done: number;
  readonly failed: number;
  /** Requests that may be in flight, as learnt so far. */
  readonly concurrency: number;
  /** Why something is being sent again, if that is so. */
  readonly retrying: EmbeddingError | undefined;
}

/** What one request may hold by a gateway's defaults. */
const BATCH_INPUTS_MAX = 32;
/** There is no room, nobody to do the work for now, or too many on a slow line: fewer are to ask. */
const BUSY_STATUSES: readonly number[] = [408, 429, 503];

/** How many are embedded. */
export interface EmbedAllOptions {
  /** Bounds of the requests in flight; one number is no choice; or what earlier runs against this gateway have learnt. */
  readonly concurrency?: number | Partial<ConcurrencyBounds> | AdaptiveConcurrency;
  /**
   * Sends inputs together until they have so many bytes, 32 at most, and fewer on a slow line: for small ones on a long
   * line, or from a browser, which opens six connections and no more. One a request unless given. Or what earlier runs
   * against this gateway have learnt.
   */
  readonly batchBytes?: number | BatchSize;
  readonly onProgress?: (progress: EmbedProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Embeds inputs as they come; outcomes come as they are ready, not in order. A caller that stops asking stops the rest.
 *
 * @throws {EmbeddingError} where the trouble is the gateway's and not an input's, once attempts are used up: what was
 * embedded so far has come out by then.
 */
export async function* embedAll<Tag>(
  client: EmbeddingClient,
  jobs: AsyncIterable<EmbedJob<Tag>> | Iterable<EmbedJob<Tag>>,
  options: EmbedAllOptions = {},
): AsyncGenerator<EmbedOutcome<Tag>, void, void> {
  const run = new Run(client, jobs, options);
  try {
    yield* run.outcomes();
  } finally {
    await run.stop();
  }
}

class Run<Tag> {
  readonly #client: EmbeddingClient;
  readonly #jobs: AsyncIterator<EmbedJob<Tag>> | Iterator<EmbedJob<Tag>>;
  readonly #options: EmbedAllOptions;
  readonly #limit: AdaptiveConcurrency;
  /** Absent where each input goes by itself, and is read while others are. */
  readonly #batchSize: BatchSize | undefined;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #ready: EmbedOutcome<Tag>[] = [];
  /** What was read for a request that had no room for it. */
  #held: { readonly tag: Tag; readonly input: Input } | undefined;
  #isOver = false;
  #fatal: unknown;
  #isFatal = false;
  #done = 0;
  #failed = 0;
  #retrying: EmbeddingError | undefined;

  constructor(
    client: EmbeddingClient,
    jobs: AsyncIterable<EmbedJob<Tag>> | Iterable<EmbedJob<Tag>>,
    options: EmbedAllOptions,
  ) {
    this.#client = client;
    this.#jobs = Symbol.asyncIterator in jobs
      ? jobs[Symbol.asyncIterator]()
      : jobs[Symbol.iterator]();
    this.#options = options;
    this.#limit = limitOf(options.concurrency);
    this.#batchSize = batchSizeOf(options.batchBytes);
  }

  async *outcomes(): AsyncGenerator<EmbedOutcome<Tag>, void, void> {
    for (;;) {
      while (!this.#isOver && !this.#isFatal && this.#inFlight.size < this.#limit.current) {
        this.#options.signal?.throwIfAborted();
        for (const jobs of await this.#take()) this.#start(jobs);
        if (this.#ready.length > 0) break;
      }
      if (this.#ready.length === 0 && this.#inFlight.size > 0) await Promise.race(this.#inFlight);
      yield* this.#ready.splice(0);
      if (this.#inFlight.size > 0 || this.#ready.length > 0) continue;
      if (this.#isFatal) throw this.#fatal;
      if (this.#isOver) return;
    }
  }

  /** Ends what is in flight. */
  async stop(): Promise<void> {
    this.#stopping.abort(new DOMException("The rest is not wanted", "AbortError"));
    await Promise.all(this.#inFlight);
    await this.#jobs.return?.();
  }

  /** Takes jobs for a request, or one for photos and one for words. */
  async #take(): Promise<EmbedJob<Tag>[][]> {
    if (this.#batchSize !== undefined) return await this.#takeTogether(this.#batchSize.current);
    const job = await this.#next();
    return job === undefined ? [] : [[job]];
  }

  async #next(): Promise<EmbedJob<Tag> | undefined> {
    const { done, value } = await this.#jobs.next();
    if (done !== true) return value;
    this.#isOver = true;
    return undefined;
  }

  /** Takes jobs that are read already, until they have so many bytes. */
  async #takeTogether(bytesMax: number): Promise<EmbedJob<Tag>[][]> {
    const taken = { image: [] as EmbedJob<Tag>[], text: [] as EmbedJob<Tag>[] };
    let bytes = 0;
    const take = ({ tag, input }: { readonly tag: Tag; readonly input: Input }) => {
      taken[modalityOf(input)].push({ tag, read: () => Promise.resolve(input) });
      bytes += byteLengthOf(input);
    };
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) take(held);
    for (let count = Number(held !== undefined); count < BATCH_INPUTS_MAX; count++) {
      if (bytes >= bytesMax) break;
      const job = await this.#next();
      if (job === undefined) break;
      const { tag } = job;
      try {
        const input = await job.read();
        if (bytes > 0 && bytes + byteLengthOf(input) > bytesMax) {
          this.#held = { tag, input };
          break;
        }
        take({ tag, input });
      } catch (thrown) {
        this.#fail(tag, thrown);
      }
    }
    return [taken.image, taken.text].filter(({ length }) => length > 0);
  }

  #start(jobs: readonly EmbedJob<Tag>[]): void {
    const running: Promise<void> = this.#embed(jobs).finally(() => this.#inFlight.delete(running));
    this.#inFlight.add(running);
  }

  async #embed(jobs: readonly EmbedJob<Tag>[]): Promise<void> {
    const { signal } = this.#options;
    const ending = signal === undefined
      ? this.#stopping.signal
      : AbortSignal.any([signal, this.#stopping.signal]);
    try {
      const results = await this.#results(jobs, {
        signal: ending,
        onReply: (ms) => this.#limit.replied(ms),
        onRetry: (error) => this.#noteRetry(error),
      });
      this.#retrying = undefined;
      for (const [index, result] of results.entries()) {
        const { tag } = jobs[index] as EmbedJob<Tag>;
        if (result instanceof EmbeddingError) this.#fail(tag, result);
        else this.#succeed(tag, result);
      }
    } catch (thrown) {
      if (ending.aborted) return this.#end(ending.reason);
      if (thrown instanceof EmbeddingError && thrown.isOfGateway) return this.#end(thrown);
      for (const { tag } of jobs) this.#fail(tag, thrown);
    }
    this.#report();
  }

  async #results(
    jobs: readonly EmbedJob<Tag>[],
    order: EmbedOrder,
  ): Promise<readonly BatchResult[]> {
    const inputs = await Promise.all(jobs.map(({ read }) => read()));
    const [input] = inputs;
    if (input === undefined) return [];
    const bytes = inputs.reduce((sum, input) => sum + byteLengthOf(input), 0);
    const onSplit = () => this.#batchSize?.split(bytes);
    const startedMs = performance.now();
    const results = inputs.length === 1
      ? [await this.#client.embed(input, order)]
      : await this.#client.embedBatch(inputs, { ...order, onSplit });
    this.#batchSize?.replied(bytes, performance.now() - startedMs);
    return results;
  }

  #succeed(tag: Tag, embedding: Embedding): void {
    this.#done++;
    this.#ready.push({ tag, embedding });
  }

  #fail(tag: Tag, thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#failed++;
    this.#ready.push({ tag, error });
  }

  #noteRetry(error: EmbeddingError): void {
    if (BUSY_STATUSES.includes(error.status ?? 0)) this.#limit.refused();
    this.#retrying = error;
    this.#report();
  }

  #end(reason: unknown): void {
    if (this.#isFatal) return;
    [this.#isFatal, this.#fatal] = [true, reason];
  }

  #report(): void {
    this.#options.onProgress?.({
      done: this.#done,
      failed: this.#failed,
      concurrency: this.#limit.current,
      retrying: this.#retrying,
    });
  }
}

function limitOf(concurrency: EmbedAllOptions["concurrency"] = {}): AdaptiveConcurrency {
  if (concurrency instanceof AdaptiveConcurrency) return concurrency;
  return new AdaptiveConcurrency(
    typeof concurrency === "number" ? { min: concurrency, max: concurrency } : concurrency,
  );
}

function batchSizeOf(batchBytes: EmbedAllOptions["batchBytes"] = 0): BatchSize | undefined {
  if (batchBytes instanceof BatchSize) return batchBytes;
  return batchBytes === 0 ? undefined : new BatchSize(batchBytes);
}

function byteLengthOf(input: Input): number {
  // Letters outside of ASCII take more, which a batch need not know.
  return input instanceof Uint8Array ? input.length : input.text.length;
}
