/** JPEGs to the gateway as base64 in JSON: the least change for callers of a service like the Python one. */
import type { Photo } from "../photos/photo_set.ts";
import { epochMs } from "../timing/clock.ts";
import { HttpConnections } from "./http_exchange.ts";
import type { Way, WayReply, WayTarget } from "./way.ts";

/** Speaks `POST /embed/base64`, to the gateway or to a Python service with the same route. */
export class Base64Json implements Way {
  readonly #http = new HttpConnections();
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor({ url, apiKey }: WayTarget) {
    this.#url = `${url}/embed/base64`;
    this.#headers = {
      "content-type": "application/json",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
  }

  async send(photos: readonly Photo[]): Promise<WayReply> {
    const body = JSON.stringify({ images: photos.map(({ jpeg }) => jpeg.toBase64()) });
    const encodedMs = epochMs();
    const reply = await this.#http.post({ url: this.#url, body, headers: this.#headers });
    const { embeddings } = JSON.parse(new TextDecoder().decode(reply.body));
    return {
      ...reply,
      encodedMs,
      embeddings: Float32Array.from((embeddings as number[][]).flat()),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
    return Promise.resolve();
  }
}
