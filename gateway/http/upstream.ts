/** The server that a dialect's clients spoke to before: what is not for the gateway goes on to it as it came. */
import { GatewayError, overloaded } from "../contract/errors.ts";
import { Deadline } from "../work/deadline.ts";
import { BodyChunks } from "./body_chunks.ts";
import type { Path } from "./codec/path_template.ts";

/** What an upstream is made of. */
export interface UpstreamOptions {
  /** `http://HOST:PORT`. */
  readonly origin: string;
  /** Milliseconds from a request's last byte to the end of the reply. */
  readonly timeoutMs: number;
}

/** A body with its type. */
interface Forwarded {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** Fewer than an isolate always has in work, so that embeddings get in beside a slow server. */
const INFLIGHT_MAX = 8;
/** Faces of a crowd take 1 MB: 6 kB each. */
const REPLY_BYTES_MAX = 8 * 1024 * 1024;
/** A connection that failed is worth another try at once. */
const RETRY_SECONDS = 1;

/** Passes requests on whole, and replies back: status, type and body, and nothing else of either. */
export class Upstream {
  readonly #options: UpstreamOptions;
  #inflight = 0;

  constructor(options: UpstreamOptions) {
    this.#options = options;
  }

  /**
   * Passes a request on; it has the upstream's time, and not the gateway's.
   *
   * @param deadline Of the request, by which it is known when its client leaves.
   * @throws {GatewayError} `overloaded`, `upstream_unavailable`, `upstream_error`, `deadline_exceeded` or `client_closed`.
   */
  async forward(path: Path, request: Forwarded, deadline: Deadline): Promise<Response> {
    if (this.#inflight >= INFLIGHT_MAX) {
      throw overloaded("requests at the server behind the gateway", INFLIGHT_MAX);
    }
    const { origin, timeoutMs } = this.#options;
    deadline.pause();
    using own = new Deadline({ timeoutMs, clientSignal: deadline.signal });
    this.#inflight++;
    try {
      const response = await send(new URL(path, origin), request, own.signal);
      return await readReply(response);
    } catch (thrown) {
      if (own.signal.aborted) throw own.signal.reason;
      throw thrown;
    } finally {
      this.#inflight--;
    }
  }
}

async function send(
  url: URL,
  { body, contentType }: Forwarded,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: "POST",
      // The client's other headers are the gateway's own: its key, above all.
      headers: { "content-type": contentType },
      body,
      signal,
      redirect: "manual",
    });
  } catch (cause) {
    throw new GatewayError(
      "upstream_unavailable",
      "Cannot pass request on as the server behind the gateway cannot be reached",
      { cause, retryAfterSeconds: RETRY_SECONDS },
    );
  }
}

async function readReply({ status, headers, body }: Response): Promise<Response> {
  if (status >= 300 && status < 400) {
    await body?.cancel();
    throw failed("redirects, which nothing follows");
  }
  // Such a status can be read, and not be sent.
  if (status < 200 || status > 599) {
    await body?.cancel();
    throw failed(`replied with status ${status}, which is none of HTTP's`);
  }
  const chunks = new BodyChunks(undefined);
  try {
    for await (const chunk of body ?? []) {
      chunks.add(chunk);
      // Leaving the loop cancels the rest.
      if (chunks.length > REPLY_BYTES_MAX) break;
    }
  } catch (cause) {
    throw failed("ended its reply too early", cause);
  }
  if (chunks.length > REPLY_BYTES_MAX) {
    throw failed(`replied with more than ${REPLY_BYTES_MAX} bytes`);
  }
  const type = headers.get("content-type") ?? "application/octet-stream";
  return new Response(chunks.length === 0 ? null : chunks.join(), {
    status,
    headers: { "content-type": type },
  });
}

function failed(what: string, cause?: unknown): GatewayError {
  const message = `Cannot pass reply back as the server behind the gateway ${what}`;
  return new GatewayError("upstream_error", message, { cause });
}
