/** The models that this gateway serves, and which of them answers a request. */
import type { Modality } from "../../models/contract/manifest.ts";
import { GatewayError } from "../contract/errors.ts";
import { type GatewayReadiness, gatewayReadiness } from "./gateway_readiness.ts";
import type { ReadinessState } from "./readiness.ts";
import type { ServedModel } from "./served_model.ts";
import { chooseTowers, type Towers } from "./towers.ts";

/** A name that clients may use, and what the model that it stands for is called. */
interface Alias {
  readonly alias: string;
  readonly target: string;
}

/** Milliseconds that a probe waits for the other models once one is ready: a model that hangs must not hide that. */
const OTHERS_MS = 250;
const UNKNOWN: ReadinessState = { isReady: false, reason: "not checked yet" };

/** Served models, the first of which answers where a request names none. */
export class Models {
  readonly #models: readonly [ServedModel, ...ServedModel[]];
  readonly #aliases: readonly Alias[];
  /** By every name that there is for them. */
  readonly #byName: ReadonlyMap<string, ServedModel>;
  /** What each model said last. */
  readonly #last = new Map<ServedModel, ReadinessState>();

  constructor(
    models: readonly [ServedModel, ...ServedModel[]],
    aliases: readonly Alias[] = [],
  ) {
    this.#models = models;
    this.#aliases = aliases;
    this.#byName = namesOf(models, aliases);
  }

  /** The model of requests that name none. */
  get default(): ServedModel {
    return this.#models[0];
  }

  /** The model of inputs of a kind where a request names none; `undefined` where no model embeds such. */
  defaultOf(modality: Modality): ServedModel | undefined {
    return this.#models.find((model) => model.modality === modality);
  }

  /** All of them, in the order of the configuration. */
  get all(): readonly ServedModel[] {
    return this.#models;
  }

  /** Other names that requests may give a model. */
  aliasesOf(model: ServedModel): string[] {
    return this.#aliases.map(({ alias }) => alias)
      .filter((alias) => this.#byName.get(alias) === model);
  }

  /**
   * The model of a name: what it is called, its name without a version for the first one listed, or an alias.
   *
   * @throws {GatewayError} `model_not_found`, which names those there are.
   */
  named(name: string): ServedModel {
    const model = this.#byName.get(name);
    if (model !== undefined) return model;
    const names = [
      ...this.#models.map(({ name }) => name),
      ...this.#aliases.map(({ alias }) => alias),
    ];
    throw new GatewayError("model_not_found", `Cannot find model: there are ${names.join(", ")}`);
  }

  /**
   * The models that embed a request's inputs.
   *
   * @param modality What the inputs are.
   * @param name As the request gives it.
   * @throws {GatewayError} `model_not_found`, or `modality_not_supported`.
   */
  choose(modality: Modality | readonly Modality[], name: string | undefined): Towers {
    const named = name === undefined ? undefined : this.named(name);
    return chooseTowers(this.#models, modality, named);
  }

  /** Opens the latch of every model once everything has started. */
  open(): void {
    for (const { readiness } of this.#models) readiness.open();
  }

  /** Answers "not ready" from now on, while requests are still served. */
  drain(): void {
    for (const { readiness } of this.#models) readiness.drain();
  }

  /** Answers a probe. A model that takes long to answer, while others are ready, is as it was last. */
  async check(): Promise<GatewayReadiness> {
    const others = Promise.withResolvers<void>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAnswered = false;
    const checks = this.#models.map(async (model) => {
      const state = await model.readiness.check();
      this.#last.set(model, state);
      if (state.isReady && !isAnswered) timer ??= setTimeout(others.resolve, OTHERS_MS);
    });
    await Promise.race([Promise.all(checks), others.promise]);
    isAnswered = true;
    clearTimeout(timer);
    return gatewayReadiness(Object.fromEntries(
      this.#models.map((model) => [model.name, this.#last.get(model) ?? UNKNOWN]),
    ));
  }
}

function namesOf(
  models: readonly ServedModel[],
  aliases: readonly Alias[],
): ReadonlyMap<string, ServedModel> {
  const byName = new Map<string, ServedModel>();
  // The first one keeps a name that others would have, too.
  const add = (name: string, model: ServedModel) => {
    if (!byName.has(name)) byName.set(name, model);
  };
  for (const model of models) add(model.name, model);
  for (const model of models) {
    const [name] = model.name.split(":") as [string];
    add(name, model);
    if (model.version !== undefined) add(`${name}:${model.version}`, model);
  }
  for (const { alias, target } of aliases) {
    const model = byName.get(target);
    if (model === undefined) continue;
    add(alias, model);
    // KServe's paths have a version behind whichever name.
    if (model.version !== undefined) add(`${alias}:${model.version}`, model);
  }
  return byName;
}
