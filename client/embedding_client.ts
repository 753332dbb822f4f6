/** A client of one gateway. */
import { type Embedding, type Input, parseServerTiming, type Timing } from "./embedding.ts";
import { EmbeddingError, replyError } from "./embedding_error.ts";
import { Retry, type RetryLimits, type RetryOrder } from "./retry.ts";

/** Where a gateway is, and how it is asked. */
export interface EmbeddingClientOptions {
  /** Such as `https://gateway.example`, with or without a path in front of the gateway's own. */
  readonly url: string;
  readonly key?: string | undefined;
  /** Name of the model; absent, the gateway's first of the input's kind. */
  readonly model?: string | undefined;
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
}

const TIMEOUT_MS = 60_000;
const BINARY = "application/octet-stream";

/** Asks a gateway for embeddings, one input a request: each has its own error, and no photo waits for another. */
export class EmbeddingClient {
  readonly url: string;
  readonly #options: EmbeddingClientOptions;
  readonly #retry: Retry;

  /** @throws {TypeError} where the URL is none of HTTP's. */
  constructor(options: EmbeddingClientOptions) {
    const { protocol, href } = new URL(options.url);
    if (!/^https?:$/.test(protocol)) throw new TypeError("url must be http or https");
    this.url = href.replace(/\/+$/, "");
    this.#options = options;
    this.#retry = new Retry(options.retry);
  }

  /** The models that are served. @throws {EmbeddingError} */
  async models(order: EmbedOrder = {}): Promise<readonly ServedModelInfo[]> {
    const response = await this.#retry.run(() => this.#fetch("/models", {}, order.signal), order);
    const { models } = await response.json();
    return models;
  }

  /** Embeds a photo or a text. @throws {EmbeddingError} or the signal's reason. */
  async embed(input: Input, order: EmbedOrder = {}): Promise<Embedding> {
    return await this.#retry.run(async () => {
      const started = performance.now();
      const embedding = await this.attempt(input, order.signal);
      order.onReply?.(performance.now() - started);
      return embedding;
    }, order);
  }

  /** Embeds in one attempt. @throws {EmbeddingError} or the signal's reason. */
  async attempt(input: Input, signal?: AbortSignal): Promise<Embedding> {
    const response = await this.#fetch("/embed", this.#request(input), signal);
    const bytes = await this.#bytes(response);
    const { headers } = response;
    const space = headers.get("x-embedding-space");
    const preprocessId = headers.get("x-preprocess-id");
    if (space === null || preprocessId === null || bytes.byteLength % 4 !== 0) {
      throw new EmbeddingError({
        code: "unexpected_reply",
        message: "The reply has no embedding with its space and preprocess id: is this a gateway?",
        status: response.status,
      });
    }
    return {
      vector: new Float32Array(bytes),
      space,
      preprocessId,
      madeBy: this.url,
      isTruncated: headers.has("x-embedding-truncated"),
    };
  }

  /** Embeds a photo in one attempt and tells where the time went. @throws {EmbeddingError} */
  async profile(input: Input, signal?: AbortSignal): Promise<Timing> {
    const started = performance.now();
    const response = await this.#fetch("/embed", this.#request(input), signal);
    await this.#bytes(response);
    const totalMs = performance.now() - started;
    const { total: gatewayMs = NaN, ...phasesMs } = parseServerTiming(
      response.headers.get("server-timing"),
    );
    return { totalMs, gatewayMs, phasesMs };
  }

  #request(input: Input): RequestInit {
    const isPhoto = input instanceof Uint8Array;
    return {
      method: "POST",
      headers: { "content-type": isPhoto ? BINARY : "text/plain; charset=utf-8", accept: BINARY },
      body: isPhoto ? input : input.text,
    };
  }

  async #fetch(path: string, init: RequestInit, signal: AbortSignal | undefined) {
    const { key, model, timeoutMs = TIMEOUT_MS } = this.#options;
    const headers = new Headers(init.headers);
    if (key !== undefined) headers.set("authorization", `Bearer ${key}`);
    const query = model === undefined || path !== "/embed"
      ? ""
      : `?${new URLSearchParams({ model })}`;
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${this.url}${path}${query}`, {
        ...init,
        headers,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      if (response.ok) return response;
      throw await replyError(response);
    } catch (cause) {
      throw failure(cause, { signal, timeoutMs, url: this.url });
    }
  }

  async #bytes(response: Response): Promise<ArrayBuffer> {
    try {
      return await response.arrayBuffer();
    } catch (cause) {
      throw failure(cause, { url: this.url });
    }
  }
}

interface Circumstances {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  readonly url: string;
}

/** What a caller is told of something that `fetch` threw. */
function failure(cause: unknown, { signal, timeoutMs, url }: Circumstances): unknown {
  if (cause instanceof EmbeddingError) return cause;
  if (signal?.aborted) return signal.reason;
  const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
  return new EmbeddingError({
    code: "unreachable",
    message: isLate && timeoutMs !== undefined
      ? `${url} did not answer within ${timeoutMs} ms`
      : `Cannot reach ${url}: ${cause instanceof Error ? cause.message : cause}`,
    cause,
  });
}
