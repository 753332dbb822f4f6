/** The models that this gateway serves, and which of them answers a request. */
import type { EmbedInput } from "../contract/embed_request.ts";
import { GatewayError } from "../contract/errors.ts";
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

  /** All of them, in the order of the configuration. */
  get all(): readonly ServedModel[] {
    return this.#models;
  }

  /**
   * The model of a name.
   *
   * @throws {GatewayError} `model_not_found`, which names those there are.
   */
  named(name: string): ServedModel {
    const model = this.#models.find((model) => model.name === name);
    if (model !== undefined) return model;
    throw new GatewayError(
      "model_not_found",
      `Cannot find model: there are ${this.#models.map(({ name }) => name).join(", ")}`,
    );
  }

  /**
   * The model that embeds a request's inputs.
   *
   * @param name As the request gives it.
   * @throws {GatewayError} `model_not_found`, or `modality_not_supported`.
   */
  choose(inputs: readonly EmbedInput[], name: string | undefined): ServedModel {
    const model = name === undefined ? this.default : this.named(name);
    if (inputs.every((input) => typeof input !== "string")) return model;
    throw new GatewayError(
      "modality_not_supported",
      `Cannot embed text as model ${model.name} embeds images`,
    );
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
