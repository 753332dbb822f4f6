/** Embeds many inputs, as fast as line and gateway carry and no faster. */
import { AdaptiveConcurrency, type ConcurrencyBounds } from "./adaptive_concurrency.ts";
import type { Embedding, Input } from "./embedding.ts";
import type { EmbeddingClient } from "./embedding_client.ts";
import { EmbeddingError } from "./embedding_error.ts";

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

/** How many are embedded. */
export interface EmbedAllOptions {
  /** Bounds of the requests in flight; one number is no choice. */
  readonly concurrency?: number | Partial<ConcurrencyBounds>;
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
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #ready: EmbedOutcome<Tag>[] = [];
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
    const { concurrency = {} } = options;
    this.#limit = new AdaptiveConcurrency(
      typeof concurrency === "number" ? { min: concurrency, max: concurrency } : concurrency,
    );
  }

  async *outcomes(): AsyncGenerator<EmbedOutcome<Tag>, void, void> {
    let isOver = false;
    for (;;) {
      while (!isOver && !this.#isFatal && this.#inFlight.size < this.#limit.current) {
        this.#options.signal?.throwIfAborted();
        const { done, value } = await this.#jobs.next();
        if (done === true) isOver = true;
        else this.#start(value);
        if (this.#ready.length > 0) break;
      }
      if (this.#ready.length === 0 && this.#inFlight.size > 0) await Promise.race(this.#inFlight);
      yield* this.#ready.splice(0);
      if (this.#inFlight.size > 0 || this.#ready.length > 0) continue;
      if (this.#isFatal) throw this.#fatal;
      if (isOver) return;
    }
  }

  /** Ends what is in flight. */
  async stop(): Promise<void> {
    this.#stopping.abort(new DOMException("The rest is not wanted", "AbortError"));
    await Promise.all(this.#inFlight);
    await this.#jobs.return?.();
  }

  #start(job: EmbedJob<Tag>): void {
    const running: Promise<void> = this.#embed(job).finally(() => this.#inFlight.delete(running));
    this.#inFlight.add(running);
  }

  async #embed({ tag, read }: EmbedJob<Tag>): Promise<void> {
    const { signal } = this.#options;
    const ending = signal === undefined
      ? this.#stopping.signal
      : AbortSignal.any([signal, this.#stopping.signal]);
    try {
      const input = await read();
      const embedding = await this.#client.embed(input, {
        signal: ending,
        onReply: (ms) => this.#limit.replied(ms),
        onRetry: (error) => this.#noteRetry(error),
      });
      this.#retrying = undefined;
      this.#done++;
      this.#ready.push({ tag, embedding });
    } catch (thrown) {
      if (ending.aborted) return this.#end(ending.reason);
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (error instanceof EmbeddingError && error.isOfGateway) return this.#end(error);
      this.#failed++;
      this.#ready.push({ tag, error });
    }
    this.#report();
  }

  #noteRetry(error: EmbeddingError): void {
    if (error.status === 429) this.#limit.refused();
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
