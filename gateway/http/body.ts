/** Reads request bodies under a byte limit and a time limit. */
import type { Deadline } from "../deadline.ts";
import { abortable } from "../deadline.ts";
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
 * or the deadline's reason.
 */
export async function readBody(
  request: Request,
  limits: BodyLimits,
  deadline: Deadline,
): Promise<Uint8Array<ArrayBuffer>> {
  if (request.body === null) throw emptyBody();
  const reader = request.body.getReader();
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const signal = AbortSignal.any([deadline.signal, timeout]);
  try {
    const bytes = await readChunks(reader, limits.bytesMax, signal);
    if (bytes.length === 0) throw emptyBody();
    return bytes;
  } catch (thrown) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    if (timeout.aborted) {
      throw limitError("body_timeout", {
        action: "read body",
        quantity: "its milliseconds",
        limit: limits.timeoutMs,
      });
    }
    if (thrown instanceof GatewayError) throw thrown;
    throw new GatewayError("invalid_body", "Cannot read body: its transfer broke off", {
      cause: thrown,
    });
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
 * @returns Whether the body is used up; if not, the connection cannot be kept.
 */
export async function drainBody(request: Request): Promise<boolean> {
  const { body } = request;
  if (body === null) return true;
  if (body.locked) return false;
  const reader = body.getReader();
  const signal = AbortSignal.timeout(DRAIN_MS_MAX);
  try {
    let drained = 0;
    while (drained <= DRAIN_BYTES_MAX) {
      const { done, value } = await abortable(reader.read(), signal);
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

function emptyBody(): GatewayError {
  return new GatewayError("invalid_body", "Cannot embed: the body is empty");
}

function tooLarge(limit: number, value?: number): GatewayError {
  const violation = { action: "read body", quantity: "its bytes", limit };
  return limitError("body_too_large", value === undefined ? violation : { ...violation, value });
}
