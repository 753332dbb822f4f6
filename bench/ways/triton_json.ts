/** FP32 tensors to Triton as JSON: what KServe's protocol is without extensions. */
import type { Photo } from "../photos/photo_set.ts";
import { epochMs } from "../timing/clock.ts";
import { HttpConnections } from "./http_exchange.ts";
import { TENSORS, type Way, type WayReply, type WayTarget } from "./way.ts";

/** Sends every number as text. */
export class TritonJson implements Way {
  readonly #http = new HttpConnections();
  readonly #url: string;

  constructor({ url, model }: WayTarget) {
    this.#url = `${url}/v2/models/${model}/infer`;
  }

  async send(photos: readonly Photo[]): Promise<WayReply> {
    const body = tensorsAsJson(photos);
    const encodedMs = epochMs();
    const headers = { "content-type": "application/json" };
    const reply = await this.#http.post({ url: this.#url, body, headers });
    const { outputs } = JSON.parse(new TextDecoder().decode(reply.body));
    return { ...reply, encodedMs, embeddings: Float32Array.from(outputs[0].data as number[]) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
    return Promise.resolve();
  }
}

/** The request's body. */
export function tensorsAsJson(photos: readonly Photo[]): string {
  const data = photos.flatMap(({ tensor }) => Array.from(tensor));
  const shape = [photos.length, 3, 224, 224];
  return JSON.stringify({
    inputs: [{ name: TENSORS.input, datatype: "FP32", shape, data }],
    outputs: [{ name: TENSORS.output }],
  });
}
