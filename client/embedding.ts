/** What is embedded, and what comes of it. */

/** A photo as a file's bytes, or words. */
export type Input = Uint8Array<ArrayBuffer> | { readonly text: string };

/** What an input is, by which it is read. */
export type Modality = "image" | "text";

/** By whom a vector was made: vectors of one space, each input read as others of its kind, may be compared. */
export interface Embedder {
  readonly modality: Modality;
  /** `s1-…`, of a checkpoint. */
  readonly space: string;
  /** Fingerprint of all that changes a vector beside the checkpoint; behind a `+`, how a photo was shrunk before it. */
  readonly preprocessId: string;
  /** SHA-256 of the model's ONNX file, hex, which the id covers, too; a gateway that is older does not say it. */
  readonly modelDigest?: string;
  /** URL of the gateway that made it, or `local`. */
  readonly madeBy: string;
}

/** A vector, and what it may be compared with. */
export interface Embedding extends Embedder {
  /** f32 [dim], of length 1. */
  readonly vector: Float32Array<ArrayBuffer>;
  /** Whether the end of a text had no influence. */
  readonly isTruncated: boolean;
}

/** Which kind an input is of. */
export function modalityOf(input: Input): Modality {
  return input instanceof Uint8Array ? "image" : "text";
}

/** Cosine of the angle between two vectors of length 1, reckoned in double precision. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return NaN;
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}
