/** Photos at addresses, such as those of a bucket that are signed beforehand. */
import { Retry, type RetryLimits } from "../client/retry.ts";
import { photoError, tooLarge } from "./photo.ts";

/** What reading one may take. */
export interface AddressLimits {
  readonly bytesMax: number;
  /** Of one attempt, the body included. */
  readonly timeoutMs: number;
}

/** A bucket that is busy answers 503 or 429 for some seconds. */
const RETRY: RetryLimits = { attemptsMax: 5, baseMs: 500, waitMsMax: 10_000, share: 1 };
/** An answer that another attempt may change; all others than 200 are the address' own fault. */
const PASSING_STATUS = /^(?:408|429|5\d\d)$/;

/** Reads what addresses have; several times where that may help. */
export class AddressReader {
  readonly #limits: AddressLimits;
  readonly #retry: Retry;

  constructor(limits: AddressLimits, retry: Partial<RetryLimits> = {}) {
    this.#limits = limits;
    this.#retry = new Retry({ ...RETRY, ...retry });
  }

  /** @throws {EmbeddingError} `url_unreachable`, `body_too_large`; or the signal's reason. */
  async read(url: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const read = await this.#retry.run(() => this.#attempt(url, signal), { signal });
    if (read instanceof Uint8Array) return read;
    throw read;
  }

  /** The bytes, or an error that is final; throws one that another attempt may change. */
  async #attempt(url: string, signal: AbortSignal) {
    const { bytesMax, timeoutMs } = this.#limits;
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, limit]) });
      if (response.ok) return await readAtMost(response, bytesMax) ?? tooLarge(bytesMax);
      await response.body?.cancel();
      const error = unreachable(`its host answers ${response.status}`);
      if (PASSING_STATUS.test(String(response.status))) throw error;
      return error;
    } catch (cause) {
      signal.throwIfAborted();
      if (!(cause instanceof Error) || "code" in cause && cause.code === "url_unreachable") {
        throw cause;
      }
      // What fetch says of it names the address, which may be signed.
      throw unreachable(limit.aborted ? `it takes more than ${timeoutMs} ms` : "no connection");
    }
  }
}

function unreachable(reason: string) {
  return photoError("url_unreachable", `Cannot read photo at its address: ${reason}`);
}

/** The body of a reply; nothing as soon as it has too many bytes. */
async function readAtMost(
  response: Response,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > bytesMax) return undefined;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
