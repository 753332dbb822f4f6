/** Reads request bodies under a byte limit and a time limit. */
import { abortable, Deadline } from "../work/deadline.ts";
import { GatewayError, limitError } from "../contract/errors.ts";

/** What a body may cost. */
export interface BodyLimits {
  readonly bytesMax: number;
  /** Milliseconds from the first read to the last byte. */
  readonly timeoutMs: number;
}

/** Bytes of an unread body that are read and thrown away, so that the client gets to see the reply. */
const DRAIN_BYTES_MAX = 1024 * 1024;
const DRAIN_MS_MAX = 500;

/** Those with nothing left to drain, though their readers still hold them. */
const readToTheEnd = new WeakSet<ReadableStream>();

/**
 * The declared length of a body, or what it may be at most when it declares none.
 *
 * @throws {GatewayError} `body_too_large` when the declared length is over the limit.
 */
export function bodyBytesBound(headers: Headers, bytesMax: number): number {
  const declared = declaredLength(headers);
  if (declared === undefined) return bytesMax;
  if (declared > bytesMax) throw tooLarge(bytesMax, declared);
  return declared;
}

function declaredLength(headers: Headers): number | undefined {
  const declared = headers.get("content-length");
  return declared !== null && /^\d{1,15}$/.test(declared) ? Number(declared) : undefined;
}

/**
 * Reads a whole body.
 *
 * @throws {GatewayError} `invalid_body` (empty, or its framing is broken), `body_too_large`, `body_timeout`,
 * `client_closed` or the deadline's reason.
 */
export async function readBody(
  request: Request,
  limits: BodyLimits,
  deadline: Deadline,
): Promise<Uint8Array<ArrayBuffer>> {
  if (request.body === null) throw emptyBody();
  const declared = declaredLength(request.headers);
  // Aborts with the request's deadline too; `AbortSignal.any` costs more than all the rest of this.
  using timeout = new Deadline({ timeoutMs: limits.timeoutMs, clientSignal: deadline.signal });
  const { signal } = timeout;
  try {
    const bytes = await readChunks(request.body, { bytesMax: limits.bytesMax, declared, signal });
    if (bytes.length > 0) return bytes;
    // Deno shows a client that left before its first byte as an empty body.
    throw declared !== undefined && declared > 0 ? clientClosed() : emptyBody();
  } catch (thrown) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    if (signal.aborted) {
      throw limitError("body_timeout", {
        action: "read body",
        quantity: "its milliseconds",
        limit: limits.timeoutMs,
      });
    }
    if (thrown instanceof GatewayError) throw thrown;
    throw brokenOff(request.headers, thrown);
  }
}

/**
 * Reads and throws away what is left of a body, within limits.
 *
 * curl, undici and urllib write the whole body before they look at the reply; closing on them earlier shows
 * them a broken pipe instead of the error.
 *
 * A client that waits for "100 Continue" has sent nothing yet and sees the reply at once; reading would ask it to send.
 *
 * @returns Whether the body is used up; if not, the connection cannot be kept.
 */
export async function drainBody(request: Request): Promise<boolean> {
  const { body } = request;
  if (body === null || readToTheEnd.has(body)) return true;
  if (body.locked || isWaitingToSend(request)) return false;
  const reader = body.getReader();
  using deadline = new Deadline({ timeoutMs: DRAIN_MS_MAX });
  try {
    let drained = 0;
    while (drained <= DRAIN_BYTES_MAX) {
      const { done, value } = await abortable(reader.read(), deadline.signal);
      if (done) return true;
      drained += value.length;
    }
    return false;
  } catch {
    return false;
  } finally {
    reader.releaseLock();
  }
}

/** How a body may arrive. */
interface ChunkLimits {
  readonly bytesMax: number;
  readonly declared: number | undefined;
  readonly signal: AbortSignal;
}

/** Not by `request.bytes()`, which never settles when the client leaves in mid-body. */
async function readChunks(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { bytesMax, declared, signal }: ChunkLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  try {
    const chunks = new Chunks(declared);
    while (true) {
      const { done, value } = await abortable(reader.read(), signal);
      if (done) {
        readToTheEnd.add(body);
        return chunks.join();
      }
      if (chunks.length + value.length > bytesMax) throw tooLarge(bytesMax);
      chunks.add(value);
    }
  } catch (error) {
    // For whoever drains the rest. Letting go makes an error object, which a body that was read to its end is spared.
    reader.releaseLock();
    throw error;
  }
}

/** Where the length is known every chunk goes straight to its place: 32 MiB joined at the end take 15 ms at once. */
class Chunks {
  readonly #whole: Uint8Array<ArrayBuffer> | undefined;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;

  constructor(declared: number | undefined) {
    this.#whole = declared === undefined ? undefined : new Uint8Array(declared);
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array<ArrayBuffer>): void {
    if (this.#whole === undefined) this.#parts.push(chunk);
    else this.#whole.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  join(): Uint8Array<ArrayBuffer> {
    if (this.#whole !== undefined) return this.#whole.subarray(0, this.#length);
    const joined = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      joined.set(part, offset);
      offset += part.length;
    }
    return joined;
  }
}

function isWaitingToSend(request: Request): boolean {
  return !request.bodyUsed && request.headers.get("expect")?.toLowerCase() === "100-continue";
}

/** Of a body of declared length only the end can be missing: the client left. Chunks can also be malformed. */
function brokenOff(headers: Headers, cause: unknown): GatewayError {
  if (headers.has("content-length")) return clientClosed(cause);
  return new GatewayError("invalid_body", "Cannot read body: its transfer broke off", { cause });
}

function clientClosed(cause?: unknown): GatewayError {
  return new GatewayError("client_closed", "Client closed the request", { cause });
}

function emptyBody(): GatewayError {
  return new GatewayError("invalid_body", "Cannot embed: the body is empty");
}

function tooLarge(limit: number, value?: number): GatewayError {
  const violation = { action: "read body", quantity: "its bytes", limit };
  return limitError("body_too_large", value === undefined ? violation : { ...violation, value });
}
