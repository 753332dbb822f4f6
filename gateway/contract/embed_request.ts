/** A request for embeddings and the rows of its reply, whatever the dialect. */
import type { GatewayError } from "./errors.ts";
import type { WireOptions } from "./options.ts";

/** An encoded image, or why its text could not be read. */
export type ImageInput = Uint8Array<ArrayBuffer> | GatewayError;

/** One row of the reply: f32 [dim], or why there is none. */
export type EmbedItem = Float32Array | GatewayError;

/** What a client asks for. */
export interface EmbedRequest {
  readonly images: readonly ImageInput[];
  /** Whether the client sent one image by itself, which decides the shape of the reply. */
  readonly isSingle: boolean;
  readonly options: WireOptions;
}

/** Limits on what one request holds. */
export interface EmbedRequestLimits {
  readonly imagesMax: number;
  readonly imageBytesMax: number;
}
