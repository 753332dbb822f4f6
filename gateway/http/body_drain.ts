/** What becomes of a body that nobody wants: it is read and thrown away, within limits. */
import { abortable, Deadline } from "../work/deadline.ts";

/** Bytes of an unread body that are read and thrown away, so that the client gets to see the reply. */
const DRAIN_BYTES_MAX = 1024 * 1024;
const DRAIN_MS_MAX = 500;
/** Each chunk takes 64 KiB to read, however small it is: so many, and one more for each so many bytes. */
const CHUNKS_FREE = 64;
const CHUNK_BYTES_MIN = 1024;
/** Bodies up to this length are read at one go, which costs less and holds them for a moment. */
const WHOLE_BYTES_MAX = 128 * 1024;

/** Those with nothing left to drain, though their readers still hold them. */
const readToTheEnd = new WeakSet<ReadableStream>();

/** Notes that a body was read to its end by a reader that still holds it. */
export function markReadToTheEnd(body: ReadableStream): void {
  readToTheEnd.add(body);
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
  if (!request.bodyUsed && isWaitingToSend(request)) return false;
  if (!request.bodyUsed && isShort(request.headers)) return await readWhole(request);
  const { body } = request;
  if (body === null || readToTheEnd.has(body)) return true;
  if (body.locked) return false;
  const reader = body.getReader();
  using deadline = new Deadline({ timeoutMs: DRAIN_MS_MAX });
  try {
    let drained = 0;
    for (let chunks = 0; drained <= DRAIN_BYTES_MAX; chunks++) {
      if (chunks > CHUNKS_FREE + drained / CHUNK_BYTES_MIN) return false;
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

/** By `request.bytes()`, which does not settle when the client leaves in mid-body: hence the timer. */
async function readWhole(request: Request): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), DRAIN_MS_MAX);
  });
  try {
    return await Promise.race([request.bytes().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Chunks have no length to be trusted, whatever else is declared beside them. */
function isShort(headers: Headers): boolean {
  const length = headers.get("content-length");
  return length !== null && Number(length) <= WHOLE_BYTES_MAX && !headers.has("transfer-encoding");
}

function isWaitingToSend({ headers }: Request): boolean {
  return headers.get("expect")?.toLowerCase() === "100-continue";
}
