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
  using end = new ReadingEnd(limits.timeoutMs, deadline.signal);
  try {
    const bytes = await readChunks(request.body, { bytesMax: limits.bytesMax, declared, end });
    if (bytes.length > 0) return bytes;
    // Deno shows a client that left before its first byte as an empty body.
    throw declared !== undefined && declared > 0 ? clientClosed() : emptyBody();
  } catch (thrown) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    if (thrown instanceof GatewayError) throw thrown;
    throw brokenOff(request.headers, thrown);
  }
}

/** When reading must end, complete or not: one listener and one timer a body, since most are over in two reads. */
class ReadingEnd implements Disposable {
  readonly #passed = Promise.withResolvers<never>();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #signal: AbortSignal;

  constructor(timeoutMs: number, signal: AbortSignal) {
    this.#signal = signal;
    this.#passed.promise.catch(() => {});
    this.#timer = setTimeout(() => this.#passed.reject(bodyTimeout(timeoutMs)), timeoutMs);
    if (signal.aborted) this.#onAbort();
    signal.addEventListener("abort", this.#onAbort);
  }

  /** Waits for a read no longer than allowed. */
  before<T>(read: Promise<T>): Promise<T> {
    return Promise.race([read, this.#passed.promise]);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#passed.reject(this.#signal.reason);
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
  readonly end: ReadingEnd;
}

/** Not by `request.bytes()`, which never settles when the client leaves in mid-body. */
async function readChunks(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { bytesMax, declared, end }: ChunkLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  try {
    const chunks = new Chunks(declared);
    while (true) {
      const { done, value } = await end.before(reader.read());
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

/**
 * Where the length is known every chunk goes straight to its place: 32 MiB joined at the end take 15 ms at once. One that
 * is all of it is kept as it is.
 */
class Chunks {
  readonly #declared: number | undefined;
  #whole: Uint8Array<ArrayBuffer> | undefined;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;

  constructor(declared: number | undefined) {
    this.#declared = declared;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array<ArrayBuffer>): void {
    if (this.#declared === undefined) this.#parts.push(chunk);
    else if (chunk.length === this.#declared && ownsItsBuffer(chunk)) this.#whole = chunk;
    else (this.#whole ??= new Uint8Array(this.#declared)).set(chunk, this.#length);
    this.#length += chunk.length;
  }

  join(): Uint8Array<ArrayBuffer> {
    if (this.#declared !== undefined) {
      return this.#whole?.subarray(0, this.#length) ?? new Uint8Array();
    }
    const joined = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      joined.set(part, offset);
      offset += part.length;
    }
    return joined;
  }
}

/** Buffers of bodies move to workers, with everything that lies in them. */
function ownsItsBuffer(chunk: Uint8Array): boolean {
  return chunk.length === chunk.buffer.byteLength;
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

function bodyTimeout(limit: number): GatewayError {
  return limitError("body_timeout", {
    action: "read body",
    quantity: "its milliseconds",
    limit,
  });
}

function tooLarge(limit: number, value?: number): GatewayError {
  const violation = { action: "read body", quantity: "its bytes", limit };
  return limitError("body_too_large", value === undefined ? violation : { ...violation, value });
}
