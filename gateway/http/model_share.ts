/** What requests of one model hold where several are served, so that a flood on one leaves the others their part. */
import { overloaded } from "../contract/errors.ts";
import { type AdmissionCounters, type ModelQuantity, SharedCount } from "./admission_counters.ts";
import type { ConcurrencyLimit, WorkLimit } from "./concurrency_limit.ts";

/** What all requests may hold; of one model's they may hold a part. */
export interface SharedLimits {
  readonly requestsMax: number;
  readonly bytesMax: number;
  readonly pixelsMax: number;
  /** Of each model. */
  readonly inputsMax: number;
}

/** How a share is made. */
export interface ModelShareOptions {
  readonly counters: AdmissionCounters;
  readonly isolate: number;
  /** Place of the model, and how many there are. */
  readonly model: number;
  readonly models: number;
  readonly limits: SharedLimits;
  readonly limit: ConcurrencyLimit;
}

/** Milliseconds for which a model that was asked makes others share. */
const ASKED_MS = 10_000;

/**
 * Half of each limit is for whatever model needs it, and of the other half each model has its part: of `n` models one may
 * hold (n + 1) / 2n. Inputs have slots of their own in each model.
 */
export function modelPart(limit: number, models: number): number {
  return Math.ceil(limit * (models + 1) / (2 * models));
}

/** One isolate's count of one model. */
export class ModelShare {
  readonly limit: ConcurrencyLimit;
  /** Requests in work here. */
  working = 0;
  readonly inputsMax: number;
  readonly #counts: Readonly<Record<ModelQuantity, SharedCount>>;
  readonly #limits: Readonly<Record<ModelQuantity, number>>;
  /** Of clients that hold any here. */
  readonly #clientInputs = new Map<string, number>();
  #askedMs = -Infinity;

  constructor({ counters, isolate, model, models, limits, limit }: ModelShareOptions) {
    this.limit = limit;
    this.inputsMax = limits.inputsMax;
    this.#limits = {
      requests: modelPart(limits.requestsMax, models),
      bytes: modelPart(limits.bytesMax, models),
      pixels: modelPart(limits.pixelsMax, models),
      inputs: limits.inputsMax,
    };
    const count = (quantity: ModelQuantity) =>
      new SharedCount(counters, { quantity, model, isolate, limit: this.#limits[quantity] });
    this.#counts = {
      requests: count("requests"),
      bytes: count("bytes"),
      pixels: count("pixels"),
      inputs: count("inputs"),
    };
  }

  /** Whether it was asked of late. */
  get isAsked(): boolean {
    return performance.now() - this.#askedMs < ASKED_MS;
  }

  /** Inputs in flight, in all isolates. */
  get inputs(): number {
    return this.#counts.inputs.total;
  }

  /** Somebody asks for it. */
  ask(): void {
    this.#askedMs = performance.now();
  }

  /**
   * Takes of what all models share. What its only request needs it gets: the limit of all is minded elsewhere.
   *
   * @throws {GatewayError} `overloaded`.
   */
  take(quantity: ModelQuantity, amount: number): void {
    const count = this.#counts[quantity];
    if (count.take(amount)) return;
    if (quantity === "inputs" || count.total > 0) {
      throw overloaded(`one model's ${NAMES[quantity]} in flight`, this.#limits[quantity]);
    }
    count.add(amount);
  }

  give(quantity: ModelQuantity, amount: number): void {
    this.#counts[quantity].give(amount);
  }

  /** Inputs that a client holds here. */
  inputsOf(client: string): number {
    return this.#clientInputs.get(client) ?? 0;
  }

  /** Counts a client's inputs, or counts them no more where the number is negative. */
  countInputs(client: string, change: number): void {
    const held = this.inputsOf(client) + change;
    if (held === 0) this.#clientInputs.delete(client);
    else this.#clientInputs.set(client, held);
  }
}

const NAMES = { requests: "requests", bytes: "body bytes", pixels: "pixels", inputs: "inputs" };

/**
 * Requests in work of all models together: as many as each may have. A model that nobody asks leaves its part to others.
 */
export class ModelLimits implements WorkLimit {
  readonly #shares: readonly ModelShare[];
  readonly #workingMin: number;

  /** @param workingMin A model's part is no less, while its own limit is not. */
  constructor(shares: readonly ModelShare[], workingMin: number) {
    this.#shares = shares;
    this.#workingMin = workingMin;
  }

  get current(): number {
    return this.#shares.reduce((sum, share) => sum + this.of(share), 0);
  }

  /** Requests of a model that may be in work. */
  of({ limit, isAsked }: ModelShare): number {
    const asked = this.#shares.filter((share) => share.isAsked).length;
    const sharers = isAsked ? asked : asked + 1;
    const min = Math.min(this.#workingMin, limit.current);
    return Math.max(min, Math.floor(limit.current / Math.max(1, sharers)));
  }

  /**
   * Whether every model has as much in work as it may; which one a request is for shows only once its body is there, and
   * what others have in work, or send, must not keep it out before.
   */
  isReached(): boolean {
    const isFull = this.isPassed(0, 1);
    if (isFull) { for (const { limit } of this.#shares) limit.reach(); }
    return isFull;
  }

  isPassed(_working: number, headroom: number): boolean {
    return this.#shares.every((share) => share.working >= this.of(share) * headroom);
  }

  /** Requests are samples of their models' limits. */
  sample(): void {}
}
