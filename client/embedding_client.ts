/** A client of a gateway: far away, of this process, or whichever there is. */
import { type Embedding, type Input, modalityOf } from "./embedding.ts";
import { EmbedderGuard } from "./embedder_guard.ts";
import { EmbeddingError } from "./embedding_error.ts";
import { type ProfileNode, profileTree } from "./profile.ts";
import { attempt, type Exchange } from "./exchange.ts";
import { Retry, type RetryLimits, type RetryOrder } from "./retry.ts";
import { type OpenLocal, type Route, routeOf, type Target } from "./route.ts";
import type { Shrink } from "./shrink.ts";
import {
  BATCH_QUERY,
  batchRequest,
  type BatchResult,
  readBatch,
  readSingle,
  singleRequest,
} from "./wire.ts";

/** Where a gateway is, and how it is asked. */
export interface EmbeddingClientOptions {
  /** Such as `https://gateway.example`, with or without a path in front of the gateway's own; not needed for `local`. */
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  /** Name of the model; absent, the gateway's first of the input's kind. */
  readonly model?: string | undefined;
  /** `remote` unless given; `auto` embeds here while the gateway is away. */
  readonly mode?: "remote" | "local" | "auto";
  /** Starts a gateway here, for `local` and `auto`. */
  readonly local?: OpenLocal;
  /**
   * For `auto`: a photo for which both make the same vector, where their ids differ. Without it another id is an error.
   */
  readonly canary?: Uint8Array<ArrayBuffer>;
  /** Sends the model's crop in place of a photo. */
  readonly shrink?: Shrink;
  /** Of one attempt. */
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetryLimits>;
}

/** A model, as the gateway describes it. */
export interface ServedModelInfo {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly modality: "image" | "text";
  readonly is_default: boolean;
  readonly embedding_space: string;
  readonly dim: number;
  readonly preprocess_id: Readonly<Record<string, string>>;
}

/** What one request may have beside its input. */
export interface EmbedOrder extends RetryOrder {
  /** Told how long the attempt took that was answered, waits between attempts apart. */
  readonly onReply?: ((ms: number) => void) | undefined;
  /** Told why a request of several inputs is taken apart. */
  readonly onSplit?: ((error: EmbeddingError) => void) | undefined;
}

const TIMEOUT_MS = 60_000;
/** A batch is sent again as it is where there was no room for it, and once: it may be what there will never be room for. */
const NO_ROOM_STATUSES: readonly (number | undefined)[] = [429, 503];
const BATCH_ATTEMPTS = 2;

/** What a gateway, or a proxy before it, says of a type of body that it does not know. */
const UNKNOWN_TYPE = 415;

/** What is sent of an input, and how that marks its vector. */
interface Sent {
  readonly input: Input;
  readonly mark?: string;
  readonly shrinkMs?: number;
}

/** Asks a gateway for embeddings. */
export class EmbeddingClient {
  /** The gateway's, without a slash at its end; `local` where there is none far away. */
  readonly url: string;
  readonly #options: EmbeddingClientOptions;
  readonly #retry: Retry;
  readonly #route: Route;
  /** Only where two gateways take turns. */
  readonly #guard: EmbedderGuard | undefined;
  /** Once a gateway has refused the shorter form of several photos. */
  #sendsForms = false;
  readonly #canaries = new Map<string, Promise<Embedding>>();

  /** @throws {TypeError} where the URL is none of HTTP's, or nothing is given that starts a gateway here. */
  constructor(options: EmbeddingClientOptions) {
    const { mode = "remote" } = options;
    this.#route = routeOf(options);
    this.url = this.#route.url;
    this.#guard = mode === "auto" ? new EmbedderGuard() : undefined;
    this.#options = options;
    this.#retry = new Retry(options.retry);
  }

  /** The models that are served. @throws {EmbeddingError} */
  async models(order: EmbedOrder = {}): Promise<readonly ServedModelInfo[]> {
    return await this.#run({
      path: "/models",
      init: {},
      read: async (response) => (await response.json()).models,
    }, order);
  }

  /** Embeds a photo or a text. @throws {EmbeddingError} or the signal's reason. */
  async embed(input: Input, order: EmbedOrder = {}): Promise<Embedding> {
    return await this.#run(this.#single(await this.#shrunk(input)), order);
  }

  /**
   * Embeds several inputs of one kind in one request; one result an input, in order. Whatever befalls the request as a whole
   * says nothing of any input: then each is sent by itself, one after the other.
   *
   * @throws {EmbeddingError} what befell all of them, or the signal's reason.
   */
  async embedBatch(inputs: readonly Input[], order: EmbedOrder = {}): Promise<BatchResult[]> {
    const sent = await Promise.all(inputs.map((input) => this.#shrunk(input)));
    const repeats = ({ status }: EmbeddingError, attempts: number) =>
      sent.length === 1 || attempts < BATCH_ATTEMPTS && NO_ROOM_STATUSES.includes(status);
    try {
      const results = await this.#batch(sent, { ...order, repeats });
      return await Promise.all(results.map((result, index) =>
        // A bad moment may befall one of them alone.
        result instanceof EmbeddingError && result.isRetryable
          ? this.#result(sent[index] as Sent, order)
          : result
      ));
    } catch (error) {
      if (!(error instanceof EmbeddingError) || isOfEach(error) || sent.length === 1) throw error;
      order.onSplit?.(error);
      const results: BatchResult[] = [];
      for (const one of sent) results.push(await this.#result(one, order));
      return results;
    }
  }

  /** Embeds a photo in one attempt and tells where the time went. @throws {EmbeddingError} or the signal's reason. */
  async profile(input: Input, signal?: AbortSignal): Promise<ProfileNode> {
    const sent = await this.#shrunk(input);
    const { read, ...exchange } = this.#single(sent);
    const target = await this.#route.target();
    const started = performance.now();
    const timing = await this.#attempt(target, {
      ...exchange,
      read: async (response, target) => {
        await read(response, target);
        return response.headers.get("server-timing");
      },
    }, signal);
    const tree = profileTree(performance.now() - started, timing);
    return sent.shrinkMs === undefined ? tree : withShrinking(tree, sent.shrinkMs);
  }

  /** Ends the gateway that this client started. */
  async close(): Promise<void> {
    await this.#route.close();
  }

  async #shrunk(input: Input): Promise<Sent> {
    const { shrink } = this.#options;
    if (shrink === undefined || !(input instanceof Uint8Array)) return { input };
    const started = performance.now();
    const shrunk = await shrink(input);
    const shrinkMs = performance.now() - started;
    return shrunk === undefined ? { input } : { input: shrunk.bytes, mark: shrunk.mark, shrinkMs };
  }

  #single({ input, mark }: Sent): Exchange<Embedding> {
    return {
      path: "/embed",
      query: this.#modelQuery,
      init: singleRequest(input),
      read: async (response, target) => {
        const source = { madeBy: target.madeBy, modality: modalityOf(input) };
        return await this.#admitted(marked(await readSingle(response, source), mark), target);
      },
    };
  }

  /** Several at once, as a form where the gateway is older than this client. */
  async #batch(sent: readonly Sent[], order: EmbedOrder): Promise<BatchResult[]> {
    const asForm = this.#sendsForms;
    try {
      return await this.#run(this.#several(sent, asForm), order);
    } catch (error) {
      const isOlder = error instanceof EmbeddingError && error.status === UNKNOWN_TYPE;
      if (!isOlder || asForm) throw error;
      this.#sendsForms = true;
      return await this.#run(this.#several(sent, true), order);
    }
  }

  #several(sent: readonly Sent[], asForm: boolean): Exchange<BatchResult[]> {
    const inputs = sent.map(({ input }) => input);
    return {
      path: "/embed",
      query: { ...this.#modelQuery, ...BATCH_QUERY },
      init: batchRequest(inputs, asForm),
      read: async (response, target) => {
        const results: BatchResult[] = [];
        for (
          const [index, result] of (await readBatch(response, inputs, target.madeBy)).entries()
        ) {
          results.push(
            result instanceof EmbeddingError
              ? result
              : await this.#admitted(marked(result, sent[index]?.mark), target),
          );
        }
        return results;
      },
    };
  }

  /** As `embed()`, with an input's own error in place of throwing it. */
  async #result(sent: Sent, order: EmbedOrder): Promise<BatchResult> {
    try {
      return await this.#run(this.#single(sent), order);
    } catch (error) {
      if (error instanceof EmbeddingError && !error.isOfGateway) return error;
      throw error;
    }
  }

  get #modelQuery(): Readonly<Record<string, string>> {
    const { model } = this.#options;
    return model === undefined ? {} : { model };
  }

  /** Refuses a vector of one gateway that cannot be compared with those of the other. */
  async #admitted(embedding: Embedding, target: Target): Promise<Embedding> {
    const { canary } = this.#options;
    if (this.#guard === undefined) return embedding;
    if (canary !== undefined && embedding.modality === "image") {
      // Made while the gateway is there: later it may not be.
      const own = await this.#canary(canary, target);
      const [first] = this.#canaries.values();
      if (first !== undefined && !this.#guard.admits(own)) this.#guard.agree(await first, own);
    }
    this.#guard.admit(embedding);
    return embedding;
  }

  #canary(canary: Uint8Array<ArrayBuffer>, target: Target): Promise<Embedding> {
    const known = this.#canaries.get(target.madeBy);
    if (known !== undefined) return known;
    const made = this.#canaryOf(canary, target);
    this.#canaries.set(target.madeBy, made);
    made.catch(() => this.#canaries.delete(target.madeBy));
    return made;
  }

  async #canaryOf(canary: Uint8Array<ArrayBuffer>, target: Target): Promise<Embedding> {
    const { input, mark } = await this.#shrunk(canary);
    const source = { madeBy: target.madeBy, modality: "image" } as const;
    return await this.#attempt(target, {
      ...this.#single({ input }),
      read: async (response) => marked(await readSingle(response, source), mark),
    }, undefined);
  }

  #run<Result>(exchange: Exchange<Result>, order: EmbedOrder): Promise<Result> {
    return this.#retry.run(async () => {
      const target = await this.#route.target();
      const started = performance.now();
      try {
        const result = await this.#attempt(target, exchange, order.signal);
        order.onReply?.(performance.now() - started);
        return result;
      } catch (error) {
        if (error instanceof EmbeddingError) this.#route.failed(target, error);
        throw error;
      }
    }, order);
  }

  #attempt<Result>(target: Target, exchange: Exchange<Result>, signal: AbortSignal | undefined) {
    const { timeoutMs = TIMEOUT_MS } = this.#options;
    return attempt(exchange, { target, timeoutMs, signal });
  }
}

/** Whether each input of a request would be told the same by itself. */
function isOfEach(error: EmbeddingError): boolean {
  return error.isOfGateway && !error.isRetryable || error.code === "modality_not_supported";
}

function marked(embedding: Embedding, mark: string | undefined): Embedding {
  if (mark === undefined) return embedding;
  return { ...embedding, preprocessId: `${embedding.preprocessId}+${mark}` };
}

function withShrinking(tree: ProfileNode, ms: number): ProfileNode {
  const shrinking = { name: "shrink", ms, parts: [] };
  return { name: "embed", ms: ms + tree.ms, parts: [shrinking, tree] };
}
