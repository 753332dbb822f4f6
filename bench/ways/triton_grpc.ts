/** FP32 tensors to Triton over gRPC, by the client that the gateway itself uses. */
import { TritonClient } from "../../triton/client.ts";
import { PosixShm } from "../../triton/posix_shm.ts";
import { SharedMemoryRegion } from "../../triton/shared_memory.ts";
import { TritonTransport } from "../../triton/transport.ts";
import type { Photo } from "../../testing/photo_set.ts";
import { epochMs } from "../../testing/timing/clock.ts";
import {
  EMBEDDING_DIM,
  joinTensors,
  TENSORS,
  type Way,
  type WayReply,
  type WayTarget,
} from "./way.ts";

/** A full batch of tensors may take half a minute on a slow line that others share. */
const LIMITS = { timeoutMs: 120_000 };
const MESSAGE_BYTES_MAX = 2 ** 29;
const TENSOR_BYTES = 602_112;

/**
 * Which tensors a request brings: those of its photos, or one that is there already, whatever the photos, inline or by
 * shared memory of this machine. That is what a photo's price in the gateway is measured by.
 */
export type TensorSource = "photos" | "inline" | "shared_memory";

/** Sends raw tensor contents, or where they are, on one HTTP/2 connection. */
export class TritonGrpc implements Way {
  readonly #stack = new AsyncDisposableStack();
  readonly #client: TritonClient;
  readonly #model: string;
  /** The tensor that is there already. */
  readonly #tensor: Uint8Array<ArrayBuffer> | undefined;
  readonly #region: SharedMemoryRegion | undefined;
  #registered: Promise<void> | undefined;

  constructor({ url, model }: WayTarget, source: TensorSource = "photos") {
    const transport = new TritonTransport({ url, requestBytesMax: MESSAGE_BYTES_MAX });
    this.#client = new TritonClient(this.#stack.use(transport));
    this.#model = model;
    if (source === "photos") return;
    this.#tensor = new Uint8Array(TENSOR_BYTES);
    if (source === "inline") return;
    const shm = this.#stack.use(new PosixShm());
    const options = { shm, client: this.#client, prefix: "bare", byteLength: TENSOR_BYTES };
    this.#region = this.#stack.use(SharedMemoryRegion.create(options));
    this.#region.write(this.#tensor, 0);
  }

  async send(photos: readonly Photo[]): Promise<WayReply> {
    const count = photos.length;
    const bytes = this.#tensor ?? joinTensors(photos);
    await (this.#registered ??= this.#region?.register(LIMITS));
    const place = this.#region === undefined
      ? { bytes }
      : { region: this.#region.name, byteOffset: 0 };
    // Framing happens inside the call, while the connection already works: it counts as sending.
    const encodedMs = epochMs();
    const input = { name: TENSORS.input, datatype: "FP32", shape: [count, 3, 224, 224] } as const;
    const [output] = await this.#client.infer({
      model: this.#model,
      inputs: [{ ...input, ...place }],
      outputs: [{ name: TENSORS.output, datatype: "FP32", shape: [count, EMBEDDING_DIM] }],
    }, LIMITS);
    const receivedMs = epochMs();
    const embeddings = output?.data as Float32Array;
    const bytesDown = embeddings.byteLength;
    return { embeddings, bytesUp: bytes.length, bytesDown, encodedMs, receivedMs, serverMs: {} };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
