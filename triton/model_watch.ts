/** Notices that a server loaded its model again, which no call fails over and no reply tells. */
import type { CallLimits, ModelStatistics } from "./client.ts";

/** Asks a server what it has counted, version by version, since it loaded the model. */
export type CountModel = (limits: CallLimits) => Promise<readonly ModelStatistics[]>;

/** Milliseconds between two questions; each costs the server less than an inference. */
const PERIOD_MS = 500;
/** Milliseconds that an answer holds; without another one by then, nothing is known any more. */
const LAPSE_MS = 3 * PERIOD_MS;

/** What grows for as long as a version of a model stays loaded: inputs, runs, requests, their time. */
type Counts = ReadonlyMap<string, readonly bigint[]>;

/**
 * Asks again and again once `renew()` was called. A server counts from 0 when it loads a model, the same version
 * of it, too: counts that are smaller than before, or of other versions, are those of a newly loaded one. It goes
 * unnoticed only if the new one counts more within half a second than the old one did in all its life.
 */
export class ModelWatch implements AsyncDisposable {
  readonly #count: CountModel;
  readonly #closing = new AbortController();
  #epoch = 0;
  #counts: Counts = new Map();
  #confirmedAtMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: Promise<void> | undefined;

  constructor(count: CountModel) {
    this.#count = count;
  }

  /** Another number for each model; `undefined` while nobody knows whether it is still the last one. */
  get epoch(): number | undefined {
    return performance.now() - this.#confirmedAtMs <= LAPSE_MS ? this.#epoch : undefined;
  }

  /** Takes the model for another one, as behind a new connection. */
  renew(): void {
    this.#epoch++;
    this.#confirmedAtMs = -Infinity;
    this.#ask();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#asking;
    clearTimeout(this.#timer);
    this.#confirmedAtMs = -Infinity;
  }

  #ask(): void {
    if (this.#closing.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#asking ??= this.#compare().finally(() => {
      this.#asking = undefined;
      this.#timer = setTimeout(() => this.#ask(), PERIOD_MS);
    });
  }

  async #compare(): Promise<void> {
    const [epoch, askedAtMs] = [this.#epoch, performance.now()];
    try {
      const limits = { timeoutMs: LAPSE_MS, signal: this.#closing.signal };
      const counts = countsOf(await this.#count(limits));
      if (epoch !== this.#epoch) return;
      if (this.epoch === undefined || !isContinued(this.#counts, counts)) this.#epoch++;
      this.#counts = counts;
      this.#confirmedAtMs = askedAtMs;
    } catch {
      // Whatever the reason, it is known no longer; calls that fail see to the connection.
    }
  }
}

function countsOf(statistics: readonly ModelStatistics[]): Counts {
  return new Map(statistics.map(({ version, inferenceCount, executionCount, inferenceStats }) => {
    const { success } = inferenceStats ?? {};
    return [version, [inferenceCount, executionCount, success?.count ?? 0n, success?.ns ?? 0n]];
  }));
}

/** Whether the same versions counted on. */
function isContinued(before: Counts, now: Counts): boolean {
  if (before.size !== now.size) return false;
  return [...before].every(([version, counts]) =>
    counts.every((count, index) => (now.get(version)?.[index] ?? -1n) >= count)
  );
}
