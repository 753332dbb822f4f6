/** FP32 tensors to Triton over gRPC, by the client that the gateway itself uses. */
import { TritonClient } from "../../triton/client.ts";
import { TritonTransport } from "../../triton/transport.ts";
import type { Photo } from "../photos/photo_set.ts";
import { epochMs } from "../timing/clock.ts";
import {
  EMBEDDING_DIM,
  joinTensors,
  TENSORS,
  type Way,
  type WayReply,
  type WayTarget,
} from "./way.ts";

/** A full batch of tensors may take half a minute on a slow line that others share. */
const TIMEOUT_MS = 120_000;
const MESSAGE_BYTES_MAX = 2 ** 29;

/** Sends raw tensor contents on one HTTP/2 connection. */
export class TritonGrpc implements Way {
  readonly #transport: TritonTransport;
  readonly #client: TritonClient;
  readonly #model: string;

  constructor({ url, model }: WayTarget) {
    this.#model = model;
    this.#transport = new TritonTransport({ url, requestBytesMax: MESSAGE_BYTES_MAX });
    this.#client = new TritonClient(this.#transport);
  }

  async send(photos: readonly Photo[]): Promise<WayReply> {
    const count = photos.length;
    const bytes = joinTensors(photos);
    // Framing happens inside the call, while the connection already works: it counts as sending.
    const encodedMs = epochMs();
    const [output] = await this.#client.infer({
      model: this.#model,
      inputs: [{ name: TENSORS.input, datatype: "FP32", shape: [count, 3, 224, 224], bytes }],
      outputs: [{ name: TENSORS.output, datatype: "FP32", shape: [count, EMBEDDING_DIM] }],
    }, { timeoutMs: TIMEOUT_MS });
    const receivedMs = epochMs();
    const embeddings = output?.data as Float32Array;
    const bytesDown = embeddings.byteLength;
    return { embeddings, bytesUp: bytes.length, bytesDown, encodedMs, receivedMs, serverMs: {} };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#transport[Symbol.dispose]();
    return Promise.resolve();
  }
}
