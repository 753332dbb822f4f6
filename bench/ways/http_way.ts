/** A way by HTTP/1.1, in one of the forms. */
import type { Photo } from "../../testing/photo_set.ts";
import { epochMs } from "../../testing/timing/clock.ts";
import { headerOf, HttpConnections, type HttpReply } from "./http_connection.ts";
import type { HttpForm } from "./http_forms.ts";
import { concat, type Way, type WayReply, type WayTarget } from "./way.ts";

/** What of a failed reply ends up in messages. */
const ERROR_TEXT_LENGTH_MAX = 200;
/** Every so many replies a lean way reads one to its last number. */
const CHECKED_EVERY = 64;

/** A whole request, and how much of it is body. */
interface Request {
  readonly bytes: Uint8Array;
  readonly bodyBytes: number;
}

/** How much a way's client does. */
export interface HttpWayOptions {
  /**
   * Makes each photo's request once and looks at few of the replies: what a client takes of the cores, it takes from
   * the server it loads.
   */
  readonly isLean?: boolean;
}

/** Keeps connections open, one a request in flight. */
export class HttpWay implements Way {
  readonly #form: HttpForm;
  readonly #connections: HttpConnections;
  readonly #head: string;
  readonly #made: Map<Photo, Request> | undefined;
  #sent = 0;

  constructor({ url, model, apiKey }: WayTarget, form: HttpForm, options: HttpWayOptions = {}) {
    this.#form = form;
    this.#connections = new HttpConnections(url);
    this.#made = options.isLean ? new Map() : undefined;
    const key = apiKey === undefined ? "" : `authorization: Bearer ${apiKey}\r\n`;
    this.#head = `POST ${form.path(model)} HTTP/1.1\r\nhost: ${new URL(url).host}\r\n${key}`;
  }

  async send(photos: readonly Photo[]): Promise<WayReply> {
    const { bytes, bodyBytes } = this.#request(photos);
    const encodedMs = epochMs();
    return await this.#connections.exchange(bytes, (reply) => {
      const receivedMs = epochMs();
      if (reply.status !== 200) {
        throw new Error(`Cannot embed as the server says ${reply.status}: ${errorText(reply)}`);
      }
      const isRead = this.#made === undefined || this.#sent++ % CHECKED_EVERY === 0;
      return {
        embeddings: isRead ? this.#form.decode(reply) : undefined,
        bytesUp: bodyBytes,
        bytesDown: reply.body.length,
        encodedMs,
        receivedMs,
        serverMs: isRead ? parseServerTiming(headerOf(reply, "server-timing")) : {},
      };
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connections[Symbol.dispose]();
    return Promise.resolve();
  }

  #request(photos: readonly Photo[]): Request {
    const [first] = photos;
    const made = first && photos.length === 1 ? this.#made?.get(first) : undefined;
    if (made !== undefined) return made;
    const { headers, body } = this.#form.encode(photos);
    const lines = Object.entries({ ...headers, "content-length": body.length })
      .map(([name, value]) => `${name}: ${value}\r\n`);
    const head = new TextEncoder().encode(`${this.#head}${lines.join("")}\r\n`);
    const request = { bytes: concat([head, body]), bodyBytes: body.length };
    if (first !== undefined && photos.length === 1) this.#made?.set(first, request);
    return request;
  }
}

/** What the gateway's error says, without the request's id, so that equal errors are counted together. */
function errorText({ body }: HttpReply): string {
  const text = new TextDecoder().decode(body);
  try {
    const { code, message } = JSON.parse(text).error;
    return `${code}: ${message}`.slice(0, ERROR_TEXT_LENGTH_MAX);
  } catch {
    return text.slice(0, ERROR_TEXT_LENGTH_MAX);
  }
}

/** Durations of a `Server-Timing` header (W3C), by name. */
function parseServerTiming(header: string): Record<string, number> {
  const entries = header.matchAll(/([\w-]+);dur=([\d.]+)/g);
  return Object.fromEntries([...entries].map(([, name, duration]) => [name, Number(duration)]));
}
