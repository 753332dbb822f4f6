/** Whether this gateway should get traffic: open, not draining, engine healthy, and an embedding came out recently. */
import { abortable, Deadline } from "../work/deadline.ts";
import type { Engine } from "../engine/engine.ts";
import { toGatewayError } from "../contract/errors.ts";
import type { ModelTelemetry } from "../telemetry/events.ts";

/** What readiness is made of. */
export interface ReadinessOptions {
  readonly engine: Pick<Engine, "healthy">;
  /** Embeds the golden photo on a reserved slot and throws unless the result is right. */
  readonly canary: (deadline: Deadline) => Promise<void>;
  /** Age in milliseconds of the last good embedding up to which no canary is due. */
  readonly freshMsMax: number;
  /** Milliseconds a check may take. */
  readonly checkTimeoutMs: number;
  readonly telemetry: Pick<ModelTelemetry, "canaryRan" | "readinessChanged">;
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
  recordFault(): void {
    this.#succeededAtMs = -Infinity;
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
    const health = abortable(this.#options.engine.healthy(deadline), deadline.signal);
    if (!await health.catch(() => false)) {
      return { isReady: false, reason: "engine not healthy" };
    }
    const ageMs = performance.now() - this.#succeededAtMs;
    if (ageMs <= this.#options.freshMsMax) return { isReady: true, reason: "recent embedding" };
    try {
      await this.#options.canary(deadline);
    } catch (thrown) {
      const { code, message } = toGatewayError(thrown);
      this.#options.telemetry.canaryRan("failed", `${code}: ${message}`);
      return { isReady: false, reason: `canary failed: ${code}` };
    }
    this.recordSuccess();
    this.#options.telemetry.canaryRan("ok");
    return { isReady: true, reason: "canary" };
  }
}
