/** One HTTP/1.1 request on a connection that stays open. */
import { epochMs } from "../timing/clock.ts";

/** A body that is ready to be sent. */
export interface HttpRequest {
  readonly url: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** A good reply. */
export interface HttpReply {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Headers;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly receivedMs: number;
  readonly serverMs: Readonly<Record<string, number>>;
}

/** What of a failed reply ends up in messages. */
const ERROR_TEXT_LENGTH_MAX = 200;

/** Floats hardly shrink, servers pay for trying, and bytes would no longer match payloads. */
const NO_COMPRESSION = { "accept-encoding": "identity" };

/** A client of its own, so that its connections end with it. */
export class HttpConnections implements Disposable {
  // As many connections as requests in flight, like the clients people use; HTTP/2 would share one.
  readonly #client = Deno.createHttpClient({ http1: true, http2: false, poolMaxIdlePerHost: 256 });

  /**
   * Posts a body and reads the whole reply.
   *
   * @throws {Error} for any status but 200.
   */
  async post({ url, body, headers }: HttpRequest): Promise<HttpReply> {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { ...headers, ...NO_COMPRESSION },
      client: this.#client,
    });
    const bytes = await response.bytes();
    const receivedMs = epochMs();
    if (response.status !== 200) {
      throw new Error(`Cannot embed as the server says ${response.status}: ${errorText(bytes)}`);
    }
    return {
      body: bytes,
      headers: response.headers,
      // Base64 and JSON numbers are ASCII.
      bytesUp: body.length,
      bytesDown: bytes.byteLength,
      receivedMs,
      serverMs: parseServerTiming(response.headers.get("server-timing")),
    };
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

/** What the gateway's error says, without the request's id, so that equal errors are counted together. */
function errorText(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  try {
    const { code, message } = JSON.parse(text).error;
    return `${code}: ${message}`.slice(0, ERROR_TEXT_LENGTH_MAX);
  } catch {
    return text.slice(0, ERROR_TEXT_LENGTH_MAX);
  }
}

/** Durations of a `Server-Timing` header (W3C), by name. */
export function parseServerTiming(header: string | null): Record<string, number> {
  const entries = (header ?? "").matchAll(/([\w-]+);dur=([\d.]+)/g);
  return Object.fromEntries([...entries].map(([, name, duration]) => [name, Number(duration)]));
}
