/** Sends requests, either as replies come (closed loop) or when they fall due, whatever happens (open loop). */
import type { Clock } from "../../testing/timing/clock.ts";
import { type Arrivals, dueTimes } from "./arrivals.ts";

/** Each client sends its next request when it has the reply to its last one. */
export interface ClosedPattern {
  readonly kind: "closed";
  readonly clients: number;
}

/** Requests fall due; at most so many are under way, and the others wait, which counts. */
export interface OpenPattern {
  readonly kind: "open";
  readonly arrivals: Arrivals;
  readonly inflightMax: number;
}

/** When requests are sent. */
export type LoadPattern = ClosedPattern | OpenPattern;

/** Bounds of a run: it ends with whichever is reached first. */
export interface LoopLimits {
  readonly requestsMax: number;
  /** No request is sent after this. */
  readonly secondsMax: number;
  /** How long after that replies are waited for. */
  readonly graceSeconds: number;
}

/** One request as it went. */
export interface Observation<Reply> {
  /** When it was to be sent; the same as `startMs` in a closed loop. Milliseconds since the epoch, as all. */
  readonly dueMs: number;
  readonly startMs: number;
  readonly doneMs: number;
  readonly outcome: { readonly reply: Reply } | { readonly error: string };
}

/** A run. */
export interface LoopResult<Reply> {
  readonly startMs: number;
  readonly observations: readonly Observation<Reply>[];
  /** Requests without a reply when the time was up; they count neither as good nor as failed. */
  readonly cutOff: number;
}

/** What a run needs. */
export interface LoopOptions<Reply> {
  readonly clock: Clock;
  readonly pattern: LoadPattern;
  readonly limits: LoopLimits;
  readonly send: (index: number) => Promise<Reply>;
}

/** Runs a load to its end. */
export async function runLoop<Reply>(options: LoopOptions<Reply>): Promise<LoopResult<Reply>> {
  const { clock, pattern, limits } = options;
  const run = new Run(options);
  const sent = pattern.kind === "closed"
    ? Promise.all(Array.from({ length: pattern.clients }, () => run.client()))
    : run.arrivals(pattern);
  const end = run.startMs + (limits.secondsMax + limits.graceSeconds) * 1000;
  await Promise.race([sent, clock.until(end)]);
  return run.stop();
}

class Run<Reply> {
  readonly startMs: number;
  readonly #options: LoopOptions<Reply>;
  readonly #endMs: number;
  readonly #observations: Observation<Reply>[] = [];
  #sent = 0;
  #isStopped = false;

  constructor(options: LoopOptions<Reply>) {
    this.#options = options;
    this.startMs = options.clock.now();
    this.#endMs = this.startMs + options.limits.secondsMax * 1000;
  }

  /** One client of a closed loop. */
  async client(): Promise<void> {
    while (this.#maySend(this.#options.clock.now())) await this.#request(this.#options.clock.now());
  }

  /** An open loop, until the last of its requests is answered. */
  async arrivals({ arrivals, inflightMax }: OpenPattern): Promise<void> {
    const inflight = new Set<Promise<void>>();
    for (const offsetMs of dueTimes(arrivals)) {
      const dueMs = this.startMs + offsetMs;
      if (!this.#maySend(dueMs)) break;
      await this.#options.clock.until(dueMs);
      while (inflight.size >= inflightMax) await Promise.race(inflight);
      if (this.#isStopped) break;
      const request: Promise<void> = this.#request(dueMs).finally(() => inflight.delete(request));
      inflight.add(request);
    }
    await Promise.all(inflight);
  }

  /** What was observed until now; later replies are nobody's. */
  stop(): LoopResult<Reply> {
    this.#isStopped = true;
    const observations = [...this.#observations];
    return { startMs: this.startMs, observations, cutOff: this.#sent - observations.length };
  }

  #maySend(timeMs: number): boolean {
    return !this.#isStopped && this.#sent < this.#options.limits.requestsMax &&
      timeMs < this.#endMs;
  }

  async #request(dueMs: number): Promise<void> {
    const { clock, send } = this.#options;
    const startMs = clock.now();
    let outcome: Observation<Reply>["outcome"];
    try {
      outcome = { reply: await send(this.#sent++) };
    } catch (error) {
      outcome = { error: error instanceof Error ? error.message : String(error) };
    }
    this.#observations.push({ dueMs, startMs, doneMs: clock.now(), outcome });
  }
}
