/** Why there is no embedding. */
import { ERROR_CATALOGUE, type ErrorCode } from "../gateway/contract/catalogue.ts";

/** What is known of a failure. */
export interface FailureFacts {
  /**
   * A code of the gateway's catalogue, or `unreachable` where no gateway answered, `unexpected_reply` where something
   * else did, and `mixed_vectors` where vectors say nothing about each other.
   */
  readonly code: ErrorCode | "unreachable" | "unexpected_reply" | "mixed_vectors";
  readonly message: string;
  /** HTTP status; absent without a reply. */
  readonly status?: number;
  /** Milliseconds that the gateway asks to wait for. */
  readonly retryAfterMs?: number;
  /** Names the request in the gateway's log. */
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** A failure, by the code that the gateway gave it. */
export class EmbeddingError extends Error {
  override readonly name = "EmbeddingError";
  readonly code: FailureFacts["code"];
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor({ code, message, status, retryAfterMs, requestId, cause }: FailureFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.requestId = requestId;
  }

  /** Whether the same request may succeed when it is sent again. */
  get isRetryable(): boolean {
    if (this.code === "unreachable") return true;
    const entry = ERROR_CATALOGUE[this.code as ErrorCode] as { retryable: boolean } | undefined;
    // A proxy between has no codes of ours.
    return entry?.retryable ?? RETRYABLE_STATUSES.includes(this.status ?? 0);
  }

  /** Whether it says nothing of the input, and everything of the gateway or the way there. */
  get isOfGateway(): boolean {
    return this.isRetryable || GATEWAY_CODES.includes(this.code);
  }
}

const GATEWAY_CODES: readonly string[] = [
  "unauthorized",
  "model_not_found",
  "not_found",
  "mixed_vectors",
];

const RETRYABLE_STATUSES: readonly number[] = [408, 429, 502, 503, 504];

/** Reads the error of a reply: the gateway's own, or a proxy's. */
export async function replyError(response: Response): Promise<EmbeddingError> {
  const text = await response.text();
  const error = errorOf(text);
  const retryAfterMs = retryAfter(response.headers);
  const code = isCode(error?.code) ? error.code : "unexpected_reply";
  return new EmbeddingError({
    code,
    message: typeof error?.message !== "string"
      ? `The reply has status ${response.status} and is not a gateway's`
      : code === "not_found"
      ? `There is no ${
        response.url.split("?")[0]
      }: is the gateway's url right? It ends before /embed`
      : error.message,
    status: response.status,
    ...retryAfterMs !== undefined && { retryAfterMs },
    ...typeof error?.request_id === "string" && { requestId: error.request_id },
  });
}

/** The error of a good reply that no gateway would give. */
export function notAGateway(status: number | undefined): EmbeddingError {
  return new EmbeddingError({
    code: "unexpected_reply",
    message: "The reply has no embedding with its space and preprocess id: is this a gateway?",
    ...status !== undefined && { status },
  });
}

/** The error of one input of several, which has no status of its own. */
export function codeError(error: unknown): EmbeddingError {
  const { code, message } = Object(error);
  return new EmbeddingError({
    code: isCode(code) ? code : "unexpected_reply",
    message: typeof message === "string" ? message : "A result has neither embedding nor error",
    ...isCode(code) && { status: ERROR_CATALOGUE[code].status },
  });
}

function errorOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(text)).error;
  } catch {
    return undefined;
  }
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERROR_CATALOGUE, code);
}

/** Milliseconds of `retry-after-ms`, or of `retry-after` in seconds (RFC 9110, section 10.2.3). */
function retryAfter(headers: Headers): number | undefined {
  const milliseconds = Number(headers.get("retry-after-ms") ?? NaN);
  const seconds = Number(headers.get("retry-after") ?? NaN);
  const found = Number.isFinite(milliseconds) ? milliseconds : seconds * 1000;
  return Number.isFinite(found) && found >= 0 ? found : undefined;
}

/** What is known of an attempt that threw. */
interface Circumstances {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly url: string;
}

/** What a caller is told of something that `fetch()` threw, or the reading of a reply. */
export function failure(cause: unknown, { signal, timeoutMs, url }: Circumstances): unknown {
  if (cause instanceof EmbeddingError) return cause;
  if (signal?.aborted) return signal.reason;
  const isUndecodable = cause instanceof DOMException && cause.name === "InvalidCharacterError";
  if (cause instanceof SyntaxError || isUndecodable) return notAGateway(undefined);
  const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
  return new EmbeddingError({
    code: "unreachable",
    message: isLate
      ? `${url} did not answer within ${timeoutMs} ms`
      : `Cannot reach ${url}: ${lastReason(cause)}`,
    cause,
  });
}

/** Deno's message tells each layer that failed, with addresses: the innermost says why. */
function lastReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.startsWith("error sending request") ? message.split(": ").at(-1) ?? "" : message;
}
