/** Reads request bodies under a byte limit and a time limit. */
import { abortable, Deadline } from "../deadline.ts";
import { GatewayError, limitError } from "../errors.ts";

/** What a body may cost. */
export interface BodyLimits {
  readonly bytesMax: number;
  /** Milliseconds from the first read to the last byte. */
  readonly timeoutMs: number;
}

/** Bytes of an unread body that are read and thrown away, so that the client gets to see the reply. */
const DRAIN_BYTES_MAX = 1024 * 1024;
const DRAIN_MS_MAX = 500;

/**
 * The declared length of a body, or what it may be at most when it declares none.
 *
 * @throws {GatewayError} `body_too_large` when the declared length is over the limit.
 */
export function bodyBytesBound(headers: Headers, bytesMax: number): number {
  const declared = headers.get("content-length");
  if (declared === null || !/^\d{1,15}$/.test(declared)) return bytesMax;
  const length = Number(declared);
  if (length > bytesMax) throw tooLarge(bytesMax, length);
  return length;
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
  const reader = request.body.getReader();
  // Not `AbortSignal.timeout`, whose timer nobody can stop.
  using timeout = new Deadline({ timeoutMs: limits.timeoutMs });
  const signal = AbortSignal.any([deadline.signal, timeout.signal]);
  try {
    const bytes = await readChunks(reader, limits.bytesMax, signal);
    if (bytes.length > 0) return bytes;
    // Deno shows a client that left before its first byte as an empty body.
    throw Number(request.headers.get("content-length")) > 0 ? clientClosed() : emptyBody();
  } catch (thrown) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    if (timeout.signal.aborted) {
      throw limitError("body_timeout", {
        action: "read body",
        quantity: "its milliseconds",
        limit: limits.timeoutMs,
      });
    }
    if (thrown instanceof GatewayError) throw thrown;
    throw brokenOff(request.headers, thrown);
  } finally {
    reader.releaseLock();
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
  if (body === null) return true;
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

async function readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (true) {
    const { done, value } = await abortable(reader.read(), signal);
    if (done) return joined(chunks, length);
    length += value.length;
    if (length > bytesMax) throw tooLarge(bytesMax);
    chunks.push(value);
  }
}

function joined(
  chunks: readonly Uint8Array<ArrayBuffer>[],
  length: number,
): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
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
