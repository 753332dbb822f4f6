/** Tensors in requests and replies, as KServe's protocol (Open Inference Protocol, version 2) has them. */

/** Datatypes of tensors that models take. */
export type TensorDatatype = "FP32" | "UINT8" | "INT32";

/** What a request says of a tensor whose items are model inputs already; they are its `inputs`. */
export interface TensorHead {
  readonly name: string;
  readonly datatype: TensorDatatype;
  /** With the batch dimension in front. */
  readonly shape: readonly number[];
}

/** How the embeddings of a reply are written as a tensor. */
export interface TensorReply {
  /** The client's own name for its request. */
  readonly id?: string;
  /** What the request calls the output; absent, what the model does. */
  readonly output?: string;
  /** Whether as bytes behind the JSON, or as its numbers. */
  readonly isBinary: boolean;
}
