/** A way to get embeddings of photos: what is sent, to whom, in which form. */
import type { Photo } from "../../testing/photo_set.ts";

/** Where a way sends its requests. */
export interface WayTarget {
  /** Base URL, without a path. */
  readonly url: string;
  /** Name of the model on Triton. */
  readonly model: string;
  /** Bearer token, for a gateway that wants one. */
  readonly apiKey?: string;
}

/** A reply, and when what happened: milliseconds since the epoch. */
export interface WayReply {
  /** f32 [n, 512], normalised or not, as the server gives them; absent where nobody looked, to spare the time. */
  readonly embeddings: Float32Array | undefined;
  /** Bytes of the request's body, and of the reply's. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** When the body was ready to be sent. */
  readonly encodedMs: number;
  /** When the whole reply was there, not yet parsed. */
  readonly receivedMs: number;
  /** Milliseconds of the server's own stages, by name, from its `Server-Timing` header. */
  readonly serverMs: Readonly<Record<string, number>>;
}

/** What is kept of a reply. */
export type ReplyStamps = Omit<WayReply, "embeddings">;

/** A client of one server; connections stay open between requests. */
export interface Way extends AsyncDisposable {
  /**
   * Embeds photos by one request.
   *
   * @throws {Error} whenever the server does not give an embedding for each of them.
   */
  send(photos: readonly Photo[]): Promise<WayReply>;
}

/** Length of an embedding of either model. */
export const EMBEDDING_DIM = 512;

/** Tensor names of both models. */
export const TENSORS = { input: "image", output: "embedding" } as const;

/** Pieces one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Bytes of a request's tensors, one after the other; a single one is not copied. */
export function joinTensors(photos: readonly Photo[]): Uint8Array<ArrayBuffer> {
  const tensors = photos.map(({ tensor }) => new Uint8Array(tensor.buffer));
  return tensors.length === 1 ? tensors[0] as Uint8Array<ArrayBuffer> : concat(tensors);
}

/**
 * Makes sure that there is a finite embedding for every photo.
 *
 * @throws {Error} when there is not.
 */
export function assertEmbeddings(embeddings: Float32Array, count: number): void {
  if (embeddings.length !== count * EMBEDDING_DIM) {
    throw new Error(
      `Cannot use reply as it must hold ${count} embeddings: it holds ${embeddings.length} numbers`,
    );
  }
  for (let row = 0; row < count; row++) {
    const first = embeddings[row * EMBEDDING_DIM];
    if (first === undefined || !Number.isFinite(first)) {
      throw new Error(`Cannot use reply as embedding ${row} is not finite`);
    }
  }
}
