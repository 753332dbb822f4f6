/** Reads request bodies under limits of bytes and pace. */
import type { Deadline } from "../work/deadline.ts";
import { GatewayError, limitError } from "../contract/errors.ts";
import { BodyChunks } from "./body_chunks.ts";
import { markReadToTheEnd } from "./body_drain.ts";
import type { Upload, Uploader, Uploads } from "./uploads.ts";

/** What a body may cost. */
export interface BodyLimits {
  readonly bytesMax: number;
}

/** On whose behalf a body is read. */
export interface BodyHolder extends Uploader {
  /** Counts bytes that arrived; throws `overloaded` when too many are in flight. */
  addBytes(bytes: number): void;
}

/** What reading a body takes. */
export interface BodyReading {
  readonly limits: BodyLimits;
  readonly uploads: Uploads;
  readonly holder: BodyHolder;
  readonly deadline: Deadline;
}

/**
 * Small chunks cost as much as large ones, some 20 µs: so many are let pass, such as what a client writes of a form's
 * heads, and one more for each so many bytes.
 */
const CHUNKS_FREE = 256;
const CHUNK_BYTES_MIN = 64;

/**
 * The declared length of a body; `undefined` where it declares none.
 *
 * @throws {GatewayError} `body_too_large` when the declared length is over the limit.
 */
export function declaredBytes(headers: Headers, { bytesMax }: BodyLimits): number | undefined {
  const text = headers.get("content-length");
  if (text === null || !/^\d{1,15}$/.test(text)) return undefined;
  const declared = Number(text);
  if (declared > bytesMax) throw tooLarge(bytesMax, declared);
  return declared;
}

/**
 * Reads a whole body. The deadline starts anew behind it: what a line takes to bring it is bounded by `Uploads`.
 *
 * @throws {GatewayError} `invalid_body` (empty, or its framing is broken), `body_too_large`, `body_timeout`,
 * `overloaded` or `client_closed`.
 */
export async function readBody(
  request: Request,
  reading: BodyReading,
): Promise<Uint8Array<ArrayBuffer>> {
  if (request.body === null) throw emptyBody();
  const declared = declaredBytes(request.headers, reading.limits);
  const { deadline } = reading;
  deadline.pause();
  using end = new ReadingEnd(reading);
  try {
    const chunks = await readChunks(request.body, { ...reading, declared, end });
    deadline.restart();
    if (chunks.length > 0) return chunks.join();
    // Deno shows a body that broke before its first byte as an empty one. Of chunks, a last one that is there counts.
    if (declared !== undefined && declared > 0) throw clientClosed();
    const isChunked = request.headers.has("transfer-encoding");
    throw isChunked && chunks.count === 0 ? brokenChunks() : emptyBody();
  } catch (thrown) {
    if (deadline.reason !== undefined) throw deadline.reason;
    if (thrown instanceof GatewayError) throw thrown;
    throw brokenOff(request.headers, thrown);
  }
}

/** When reading must end, complete or not. */
class ReadingEnd implements Disposable {
  readonly upload: Upload;
  #reason: unknown;
  #giveUp: ((reason: unknown) => void) | undefined;

  constructor({ uploads, holder, deadline }: BodyReading) {
    this.upload = uploads.begin(holder, this.#end);
    deadline.whenOver(this.#end);
  }

  /** Waits for a read no longer than allowed. Not by `Promise.race()`, whose losers keep every chunk to the end. */
  before<T>(read: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#reason !== undefined) reject(this.#reason);
      this.#giveUp = reject;
      read.then(resolve, reject);
    });
  }

  [Symbol.dispose](): void {
    this.upload[Symbol.dispose]();
  }

  readonly #end = (reason: unknown): void => {
    this.#reason ??= reason;
    this.#giveUp?.(reason);
  };
}

/** How a body may arrive. */
interface ChunkReading extends BodyReading {
  readonly declared: number | undefined;
  readonly end: ReadingEnd;
}

/** Not by `request.bytes()`, which never settles when the client leaves in mid-body. */
async function readChunks(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { limits: { bytesMax }, holder, declared, end }: ChunkReading,
): Promise<BodyChunks> {
  const reader = body.getReader();
  try {
    const chunks = new BodyChunks(declared);
    while (true) {
      const { done, value } = await end.before(reader.read());
      if (done) {
        markReadToTheEnd(body);
        return chunks;
      }
      if (chunks.length + value.length > bytesMax) throw tooLarge(bytesMax);
      holder.addBytes(value.length);
      end.upload.add(value.length);
      chunks.add(value);
      if (chunks.count > CHUNKS_FREE + chunks.length / CHUNK_BYTES_MIN) throw tooManyChunks();
    }
  } catch (error) {
    // For whoever drains the rest. Letting go makes an error object, which a body that was read to its end is spared.
    reader.releaseLock();
    throw error;
  }
}

/** Of a body of declared length only the end can be missing: the client left. Chunks can also be malformed. */
function brokenOff(headers: Headers, cause: unknown): GatewayError {
  if (headers.has("content-length")) return clientClosed(cause);
  return brokenChunks(cause);
}

function brokenChunks(cause?: unknown): GatewayError {
  return new GatewayError(
    "invalid_body",
    "Cannot read body as its chunks are malformed, or end before the last one",
    { cause },
  );
}

function clientClosed(cause?: unknown): GatewayError {
  return new GatewayError("client_closed", "Client closed the request", { cause });
}

function emptyBody(): GatewayError {
  return new GatewayError("invalid_body", "Cannot embed: the body is empty");
}

function tooManyChunks(): GatewayError {
  return new GatewayError(
    "invalid_body",
    `Cannot read body as its chunks must hold ≥ ${CHUNK_BYTES_MIN} bytes on average`,
  );
}

function tooLarge(limit: number, value?: number): GatewayError {
  const violation = { action: "read body", quantity: "its bytes", limit };
  return limitError("body_too_large", value === undefined ? violation : { ...violation, value });
}
