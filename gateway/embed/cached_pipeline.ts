/** Repeats for free: embeddings that are known, or being computed already, cost no decoding and no inference. */
import { createHash } from "node:crypto";
import type { EmbeddingCache } from "./embedding_cache.ts";
import type { Engine } from "../engine/engine.ts";
import { GatewayError, InputFailure } from "../contract/errors.ts";
import { normalizeL2 } from "../../models/contract/vectors.ts";
import type { EmbedItem, EncodedInput } from "../contract/embed_request.ts";
import type { EmbedOptions } from "../contract/options.ts";
import type { Pipeline, RequestScope } from "./pipeline.ts";
import type { ModelTelemetry } from "../telemetry/events.ts";

/** What a cached pipeline is made of. */
export interface CachedPipelineOptions {
  /** Computes what is not known. */
  readonly pipeline: Pick<Pipeline, "embed">;
  readonly cache: EmbeddingCache;
  readonly engine: Pick<Engine, "modelEpoch">;
  /** Fingerprint of everything that changes a raw embedding. */
  readonly preprocessId: (options: EmbedOptions) => string;
  readonly telemetry: Pick<ModelTelemetry, "cacheAsked" | "cacheCleared">;
}

/** How a computation ended: f32 [dim], not normalised, an error that anyone would get, or nothing for others. */
type Outcome = Float32Array | GatewayError | undefined;

/** A computation in flight; its promise never rejects. */
type Flight = PromiseWithResolvers<Outcome>;

/** A request on its way; positions are those of its inputs. */
interface CachedRequest {
  readonly inputs: readonly EncodedInput[];
  /** What names the embedding of each input; `undefined` for one that could not be read. */
  readonly keys: readonly (string | undefined)[];
  readonly options: EmbedOptions;
  readonly scope: RequestScope;
  readonly epoch: number;
  readonly items: (EmbedItem | undefined)[];
}

/** The inputs of a request that are not known. */
interface Unknown {
  /** Positions that this request computes. */
  readonly led: number[];
  /** Positions that somebody computes already: another request, or this one for an equal input. */
  readonly joined: { readonly position: number; readonly flight: Flight }[];
}

/** A `Pipeline` that computes nothing twice, as long as memory lasts and the model is the same. */
export class CachedPipeline implements Pick<Pipeline, "embed"> {
  readonly #options: CachedPipelineOptions;
  readonly #flights = new Map<string, Flight>();
  #epoch: number | undefined;

  constructor(options: CachedPipelineOptions) {
    this.#options = options;
  }

  /**
   * Embeds the inputs of one request as `Pipeline.embed()` does, with the same bits and the same errors.
   *
   * The canary goes past cache and flights, and so does everybody while the engine cannot tell which model it has.
   */
  async embed(
    inputs: readonly EncodedInput[],
    options: EmbedOptions,
    scope: RequestScope,
  ): Promise<EmbedItem[]> {
    const { engine, pipeline } = this.#options;
    const epoch = engine.modelEpoch;
    if (epoch === undefined || scope.holder === "canary") {
      return await pipeline.embed(inputs, options, scope);
    }
    this.#adopt(epoch);
    const started = performance.now();
    // Before anything else, since computing moves the inputs' bytes away.
    const keys = this.#keys(inputs, options, epoch);
    scope.stamp("cache", performance.now() - started);
    const items = inputs.map((): EmbedItem | undefined => undefined);
    const request: CachedRequest = { inputs, keys, options, scope, epoch, items };
    for (let open = [...inputs.keys()]; open.length > 0;) open = await this.#resolve(request, open);
    return (items as EmbedItem[]).map((item) =>
      options.normalize && item instanceof Float32Array ? normalizeL2(item) : item
    );
  }

  /** Forgets what another model computed. */
  #adopt(epoch: number): void {
    if (epoch === this.#epoch) return;
    const { cache, telemetry } = this.#options;
    if (this.#epoch !== undefined) telemetry.cacheCleared(cache.usage.images);
    cache.clear();
    this.#epoch = epoch;
  }

  #keys(
    inputs: readonly EncodedInput[],
    options: EmbedOptions,
    epoch: number,
  ): (string | undefined)[] {
    const id = this.#options.preprocessId(options);
    return inputs.map((input) =>
      input instanceof GatewayError
        ? undefined
        : `${epoch} ${id} ${createHash("sha256").update(input).digest("base64")}`
    );
  }

  /** Fills the items at the given positions and returns those whose computation was given up by others. */
  async #resolve(request: CachedRequest, positions: readonly number[]): Promise<number[]> {
    const { led, joined } = this.#lookUp(request, positions);
    // One's own first: others may wait for it, so that no two requests can wait for each other.
    if (led.length > 0) await this.#lead(request, led);
    return joined.length > 0 ? await this.#follow(request, joined) : [];
  }

  /** Fills in what is known; takes over, without a pause, what nobody computes yet. */
  #lookUp({ keys, items }: CachedRequest, positions: readonly number[]): Unknown {
    const { cache, telemetry } = this.#options;
    const unknown: Unknown = { led: [], joined: [] };
    for (const position of positions) {
      const key = keys[position];
      if (key === undefined) {
        unknown.led.push(position);
        continue;
      }
      const flight = this.#flights.get(key);
      const known = flight === undefined ? cache.get(key) : undefined;
      if (flight !== undefined) {
        unknown.joined.push({ position, flight });
      } else if (known !== undefined) {
        telemetry.cacheAsked("hit");
        items[position] = known;
      } else {
        telemetry.cacheAsked("miss");
        unknown.led.push(position);
        this.#flights.set(key, Promise.withResolvers());
      }
    }
    return unknown;
  }

  /** Computes embeddings on behalf of everybody who joins, and always lands their flights. */
  async #lead(
    { inputs, keys, options, scope, epoch, items }: CachedRequest,
    led: readonly number[],
  ) {
    let outcomes: readonly Outcome[] = [];
    try {
      const rows = await this.#options.pipeline.embed(
        led.map((position) => inputs[position] as EncodedInput),
        { ...options, normalize: false },
        scope,
      );
      led.forEach((position, row) => items[position] = rows[row]);
      outcomes = rows.map((row) => row instanceof Float32Array ? row.slice() : shareable(row));
    } catch (thrown) {
      if (!(thrown instanceof InputFailure)) {
        const error = thrown instanceof GatewayError ? shareable(thrown) : undefined;
        outcomes = led.map(() => error);
        throw thrown;
      }
      // The other inputs may be good ones, given up for the bad one's sake.
      outcomes = led.map((_, row) => row === thrown.index ? shareable(thrown.error) : undefined);
      throw new InputFailure(thrown.error, led[thrown.index] as number);
    } finally {
      led.forEach((position, row) => this.#land(keys[position], outcomes[row], epoch));
    }
  }

  /** Ends a flight; its embedding is kept unless the model may have become another one meanwhile. */
  #land(key: string | undefined, outcome: Outcome, epoch: number): void {
    if (key === undefined) return;
    const { cache, engine } = this.#options;
    if (outcome instanceof Float32Array && engine.modelEpoch === epoch) cache.set(key, outcome);
    const flight = this.#flights.get(key);
    this.#flights.delete(key);
    flight?.resolve(outcome);
  }

  /** Waits for others, no longer than this request's own deadline. */
  async #follow(
    { options, scope, items }: CachedRequest,
    joined: Unknown["joined"],
  ): Promise<number[]> {
    const started = performance.now();
    const landed = Promise.all(joined.map(({ flight }) => flight.promise));
    const outcomes = await scope.deadline.within(landed);
    scope.stamp("shared", performance.now() - started);
    return joined.flatMap(({ position }, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) return [position];
      if (outcome instanceof GatewayError && options.onError === "fail") {
        throw new InputFailure(outcome, position);
      }
      this.#options.telemetry.cacheAsked("shared");
      items[position] = outcome instanceof GatewayError ? outcome : outcome.slice();
      return [];
    });
  }
}

/** The error, if others with the same input would get it, too. */
function shareable(error: GatewayError): GatewayError | undefined {
  return error.isShared ? error : undefined;
}
