/** FP32 tensors to Triton's HTTP port as bytes, by KServe's binary extension. */
import type { Photo } from "../photos/photo_set.ts";
import { epochMs } from "../timing/clock.ts";
import { HttpConnections } from "./http_exchange.ts";
import { joinTensors, TENSORS, type Way, type WayReply, type WayTarget } from "./way.ts";

const LENGTH_HEADER = "inference-header-content-length";

/** Sends a JSON header and the tensors' bytes behind it. */
export class TritonBinary implements Way {
  readonly #http = new HttpConnections();
  readonly #url: string;

  constructor({ url, model }: WayTarget) {
    this.#url = `${url}/v2/models/${model}/infer`;
  }

  async send(photos: readonly Photo[]): Promise<WayReply> {
    const { body, headerLength } = tensorsAsBinary(photos);
    const encodedMs = epochMs();
    const headers = {
      "content-type": "application/octet-stream",
      [LENGTH_HEADER]: String(headerLength),
    };
    const reply = await this.#http.post({ url: this.#url, body, headers });
    const start = Number(reply.headers.get(LENGTH_HEADER) ?? NaN);
    return { ...reply, encodedMs, embeddings: new Float32Array(reply.body.slice(start).buffer) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
    return Promise.resolve();
  }
}

/** The request's body, and where its tensors begin. */
export function tensorsAsBinary(
  photos: readonly Photo[],
): { readonly body: Uint8Array<ArrayBuffer>; readonly headerLength: number } {
  const data = joinTensors(photos);
  const header = new TextEncoder().encode(JSON.stringify({
    inputs: [{
      name: TENSORS.input,
      datatype: "FP32",
      shape: [photos.length, 3, 224, 224],
      parameters: { binary_data_size: data.byteLength },
    }],
    outputs: [{ name: TENSORS.output, parameters: { binary_data: true } }],
  }));
  const body = new Uint8Array(header.length + data.length);
  body.set(header);
  body.set(data, header.length);
  return { body, headerLength: header.length };
}
