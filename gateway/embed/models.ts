/** The models that this gateway serves; for now there is one. */
import type { ReadinessState } from "./readiness.ts";
import type { ServedModel } from "./served_model.ts";

/** Served models, the first of which answers where a request names none. */
export class Models {
  readonly #models: readonly [ServedModel, ...ServedModel[]];

  constructor(models: readonly [ServedModel, ...ServedModel[]]) {
    this.#models = models;
  }

  /** The model of requests that name none. */
  get default(): ServedModel {
    return this.#models[0];
  }

  /** Opens the latch of every model once everything has started. */
  open(): void {
    for (const { readiness } of this.#models) readiness.open();
  }

  /** Answers "not ready" from now on, while requests are still served. */
  drain(): void {
    for (const { readiness } of this.#models) readiness.drain();
  }

  /** Answers a probe: ready when every model is, else the reason of the first that is not. */
  async check(): Promise<ReadinessState> {
    const states = await Promise.all(this.#models.map(({ readiness }) => readiness.check()));
    return states.find(({ isReady }) => !isReady) ?? states[0] as ReadinessState;
  }
}
