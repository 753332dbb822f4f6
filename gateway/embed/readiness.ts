/** Whether this gateway should get traffic: open, not draining, engine healthy, and an embedding came out recently. */
import { Deadline } from "../work/deadline.ts";
import type { Engine } from "../engine/engine.ts";
import type { ErrorCode } from "../contract/catalogue.ts";
import type { ModelTelemetry } from "../telemetry/events.ts";
import type { ModelProof } from "./model_proof.ts";

/** What readiness is made of. */
export interface ReadinessOptions {
  readonly engine: Pick<Engine, "healthy">;
  /** Has the canary run where it is due. */
  readonly proof: ModelProof;
  /** Age in milliseconds of the last good embedding up to which no canary is due. */
  readonly freshMsMax: number;
  /** Milliseconds a check may take. */
  readonly checkTimeoutMs: number;
  readonly telemetry: Pick<ModelTelemetry, "readinessChanged">;
}

/** The answer to a probe. */
export interface ReadinessState {
  readonly isReady: boolean;
  readonly reason: string;
}

/** Clients' bad photos and refusals for load say nothing about health, so only successes are recorded. */
export class Readiness {
  readonly #options: ReadinessOptions;
  #isOpen = false;
  #isDraining = false;
  #succeededAtMs = -Infinity;
  #check: Promise<ReadinessState> | undefined;
  #last: boolean | undefined;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** Opens the latch once everything has started; it never closes again. */
  open(): void {
    this.#isOpen = true;
  }

  /** Answers "not ready" from now on, while requests are still served. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Records that an embedding came out. */
  recordSuccess(): void {
    this.#succeededAtMs = performance.now();
  }

  /** Records that the engine failed a request; the next probe asks the canary. */
  recordFault(code: ErrorCode): void {
    this.#succeededAtMs = -Infinity;
    this.#options.proof.recordFault(code);
  }

  /** Before anything is done for a request; see `ModelProof`. */
  assertServable(deadline: Deadline): Promise<void> {
    return this.#options.proof.assertServable(deadline);
  }

  /** Before embeddings are given away; see `ModelProof`. */
  assertProven(deadline: Deadline): Promise<void> {
    return this.#options.proof.assertProven(deadline);
  }

  /** Answers a probe; probes that come while one is being answered share its answer. */
  async check(): Promise<ReadinessState> {
    this.#check ??= this.#evaluate().finally(() => this.#check = undefined);
    const state = await this.#check;
    if (state.isReady !== this.#last) {
      this.#last = state.isReady;
      this.#options.telemetry.readinessChanged(state.isReady, state.reason);
    }
    return state;
  }

  async #evaluate(): Promise<ReadinessState> {
    if (this.#isDraining) return { isReady: false, reason: "draining" };
    if (!this.#isOpen) return { isReady: false, reason: "starting" };
    using deadline = new Deadline({ timeoutMs: this.#options.checkTimeoutMs });
    // A check that hangs would hang all later ones with it, since they share its answer.
    const health = deadline.within(this.#options.engine.healthy(deadline));
    const { proof } = this.#options;
    if (!await health.catch(() => false)) {
      proof.doubt();
      return { isReady: false, reason: "engine not healthy" };
    }
    const ageMs = performance.now() - this.#succeededAtMs;
    const isFresh = ageMs <= this.#options.freshMsMax && !proof.isDisproved;
    if (isFresh) return { isReady: true, reason: "recent embedding" };
    const error = await proof.run();
    if (error !== undefined) return { isReady: false, reason: `canary failed: ${error.code}` };
    this.recordSuccess();
    return { isReady: true, reason: "canary" };
  }
}
