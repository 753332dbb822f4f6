/** JPEGs to the gateway as they are, embeddings back as float32: one photo as the body, several as a form. */
import type { Photo } from "../photos/photo_set.ts";
import { epochMs } from "../timing/clock.ts";
import { HttpConnections } from "./http_exchange.ts";
import type { Way, WayReply, WayTarget } from "./way.ts";

const BOUNDARY = "photo-boundary-7d1c4b0e";

/** Speaks `POST /embed` without any text. */
export class RawBody implements Way {
  readonly #http = new HttpConnections();
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor({ url, apiKey }: WayTarget) {
    this.#url = `${url}/embed`;
    this.#headers = {
      accept: "application/octet-stream",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
  }

  async send(photos: readonly Photo[]): Promise<WayReply> {
    const [first] = photos;
    const isSingle = photos.length === 1 && first !== undefined;
    const body = isSingle ? first.jpeg : asForm(photos);
    const type = isSingle ? "image/jpeg" : `multipart/form-data; boundary=${BOUNDARY}`;
    const encodedMs = epochMs();
    const headers = { ...this.#headers, "content-type": type };
    const reply = await this.#http.post({ url: this.#url, body, headers });
    return { ...reply, encodedMs, embeddings: new Float32Array(reply.body.buffer) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
    return Promise.resolve();
  }
}

/** A form with a file a photo (RFC 7578). */
function asForm(photos: readonly Photo[]): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder();
  const head = (index: number) =>
    text.encode(
      `${index === 0 ? "" : "\r\n"}--${BOUNDARY}\r\n` +
        `content-disposition: form-data; name="images"; filename="${index}.jpg"\r\n` +
        "content-type: image/jpeg\r\n\r\n",
    );
  const parts = photos.flatMap(({ jpeg }, index) => [head(index), jpeg]);
  parts.push(text.encode(`\r\n--${BOUNDARY}--\r\n`));
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    body.set(part, offset);
    offset += part.length;
  }
  return body;
}
