/** One request for a file, or for what is missing of it. */
import { type HubReply, OTHER_WAYS, requestFile } from "./hub.ts";
import type { PartFile } from "./part_file.ts";
import { StallWatch } from "./stall_watch.ts";

/** Why a download failed for good, in words for whoever started it. */
export class DownloadError extends Error {
  override readonly name: string = "DownloadError";
}

/** The hub does not have it, or does not give it. */
export class RefusedError extends DownloadError {
  override readonly name = "RefusedError";
  /** HTTP status. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** A failure that another request may not meet. */
export class PassingError extends Error {
  override readonly name = "PassingError";
}

/** What a transfer needs beside the file. */
export interface TransferOptions {
  readonly url: URL;
  /** SHA-256 that the file must have, in hex; without it the hub's own word counts. */
  readonly sha256: string | undefined;
  /** Silence on the line after which the request counts as failed. */
  readonly stallMsMax: number;
  /** Called with the bytes that are there and those of the whole file, if known. */
  readonly onProgress: (bytes: number, total: number | undefined) => void;
}

/**
 * Fills the file to its end; fulfils with the SHA-256 it should have.
 *
 * @throws {PassingError} when the line or the server failed; what has come is in the file.
 * @throws {DownloadError} when the server refuses or has another file, nobody knows its digest, or the disk
 * is full.
 */
export async function transfer(
  part: PartFile,
  options: TransferOptions,
): Promise<string> {
  using watch = new StallWatch(options.stallMsMax);
  const reply = await ask(options.url, { headers: requestHeaders(part), signal: watch.signal });
  const { response, sha256: reported } = reply;
  try {
    const expected = options.sha256 ?? reported;
    if (reported !== undefined && reported !== expected) {
      throw new DownloadError(
        `Cannot download ${options.url}: its SHA-256 must be ${expected}: the hub has ${reported}`,
      );
    }
    const total = await begin(part, reply, options);
    if (expected === undefined) {
      throw new DownloadError(
        `Cannot check ${options.url} as neither the hub nor the manifest says its SHA-256`,
      );
    }
    await receive(part, response, { watch, total, ...options });
    return expected;
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

async function receive(
  part: PartFile,
  response: Response,
  { watch, total, onProgress }: TransferOptions & {
    readonly watch: StallWatch;
    readonly total: number | undefined;
  },
): Promise<void> {
  // All had come when the last attempt ended.
  if (response.status === 416) return;
  for await (const chunk of readBody(response)) {
    watch.touch();
    await append(part, chunk);
    onProgress(part.byteLength, total);
  }
  if (total !== undefined && part.byteLength < total) {
    throw new PassingError(`the connection closed after ${part.byteLength} of ${total} bytes`);
  }
}

function requestHeaders(part: PartFile): Record<string, string> {
  // Compressed bytes could neither be counted nor gone on with.
  const plain = { "accept-encoding": "identity" };
  if (part.byteLength === 0 || part.etag === undefined) return plain;
  return { ...plain, "range": `bytes=${part.byteLength}-`, "if-range": part.etag };
}

/** Prepares the file for the body of a response; fulfils with the bytes of the whole file, if known. */
async function begin(
  part: PartFile,
  reply: HubReply,
  { url }: TransferOptions,
): Promise<number | undefined> {
  const { status, headers } = reply.response;
  const etag = headers.get("etag") ?? undefined;
  if (status === 200) {
    await part.restart(etag);
    const length = headers.get("content-length");
    return length === null ? undefined : Number(length);
  }
  const [, start, size] = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/
    .exec(headers.get("content-range") ?? "") ?? [];
  const total = Number(size);
  if (status === 206 && Number(start) === part.byteLength && etag === part.etag) return total;
  if (status === 416 && total === part.byteLength) return total;
  if (status === 206 || status === 416) {
    await part.restart(undefined);
    throw new PassingError(`the server has no such part any more (${status})`);
  }
  throw failureOf(url, reply, OTHER_WAYS);
}

/** The error for a reply that has no file; `remedy` is what helps where the hub wants to know who asks. */
export function failureOf(
  url: URL,
  { response: { status, statusText }, refusal }: Pick<HubReply, "response" | "refusal">,
  remedy: string,
): PassingError | RefusedError {
  const reason = `the server answered ${status} ${statusText}`.trimEnd();
  if (status === 408 || status === 429 || status >= 500) return new PassingError(reason);
  const hint = status === 404
    ? "; repo, revision and file must name what the hub has"
    : refusal === "GatedRepo"
    ? `; only accounts that accepted its terms may have it: ${remedy}`
    : status === 401 || status === 403
    ? `; it wants an account, or has no such repository: ${remedy}`
    : "";
  return new RefusedError(`Cannot download ${url}: ${reason}${hint}`, status);
}

async function append(part: PartFile, bytes: Uint8Array): Promise<void> {
  try {
    await part.append(bytes);
  } catch (cause) {
    const isFull = (cause as { code?: string }).code === "ENOSPC";
    throw new DownloadError(
      `Cannot write ${part.path} beyond ${part.byteLength} bytes: ${
        isFull ? "the disk is full" : cause
      }`,
      { cause },
    );
  }
}

/** The chunks of a body; its failures are passing ones. */
export async function* readBody({ body }: Response): AsyncGenerator<Uint8Array> {
  try {
    if (body !== null) yield* body;
  } catch (error) {
    throw passing(error);
  }
}

/**
 * Requests a file as `requestFile()` does.
 *
 * @throws {PassingError} when the server cannot be reached, or redirects without an end.
 */
export async function ask(...request: Parameters<typeof requestFile>): Promise<HubReply> {
  try {
    return await requestFile(...request);
  } catch (error) {
    throw passing(error);
  }
}

/** A failure of the network, which another request may not meet. */
function passing(cause: unknown): PassingError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  // Deno puts the address before it, which the messages here have already.
  return new PassingError(reason.replace(/^error sending request for url \(\S+\): /, ""), {
    cause,
  });
}
