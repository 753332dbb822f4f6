/** A request for embeddings and the rows of its reply, whatever the dialect. */
import type { Modality } from "../../models/contract/manifest.ts";
import type { GatewayError } from "./errors.ts";
import type { WireOptions } from "./options.ts";
import type { TensorHead, TensorReply } from "./tensors.ts";

/** What is to be embedded: an encoded image, a text, or why it could not be read. */
export type EmbedInput = Uint8Array<ArrayBuffer> | string | GatewayError;

/** What one model's pipeline takes: the bytes that its encoder judges, or why there are none. */
export type EncodedInput = Exclude<EmbedInput, string>;

/** An image that is somewhere else. */
export interface RemoteImage {
  /** As the client wrote it: nobody has judged it yet. */
  readonly url: string;
}

/** What a client may give for one input. */
export type AskedInput = EmbedInput | RemoteImage;

/** One row of the reply: f32 [dim], or why there is none. */
export type EmbedItem = Float32Array | GatewayError;

/** A checkpoint's own weights of a cosine: `scale` × cosine + `bias`, for a softmax, or with a bias for a sigmoid. */
export interface CosineLogits {
  readonly scale: number;
  readonly bias: number | undefined;
}

/** What a client asks for. */
export interface EmbedRequest {
  readonly inputs: readonly AskedInput[];
  /** What all inputs are, or what each is where they are not alike; one that could not be read is meant as something, too. */
  readonly modality: Modality | readonly Modality[];
  /** Name of the model that shall answer; absent, the default of the inputs' modality. */
  readonly model: string | undefined;
  /** Whether the client sent one input by itself, which decides the shape of the reply. */
  readonly isSingle: boolean;
  /** How many rows of a ranking the client wants; absent, all. */
  readonly topK?: number;
  /** The length that the client says embeddings have; absent, any. */
  readonly dimensions?: number;
  /** Whether a text whose end finds no place in the model's input is an error, rather than cut. */
  readonly mustFit?: boolean;
  /** What the reply shall have of each embedding, in its dialect's words; absent, what `options` say. */
  readonly writtenAs?: readonly string[];
  /** Where its inputs are model inputs already; what they are made of is then the named model's to say, not `modality`'s. */
  readonly tensor?: TensorHead;
  /** How a reply of tensors is written. */
  readonly tensorReply?: TensorReply;
  readonly options: WireOptions;
}

/** Limits on what one request holds. */
export interface EmbedRequestLimits {
  readonly imagesMax: number;
  readonly imageBytesMax: number;
  readonly textsMax: number;
  readonly textCharactersMax: number;
  /** Whether an image may be an address; absent, none may. */
  readonly takesUrls?: boolean;
  /** Whether tensors of model inputs are taken; absent, they are not. */
  readonly takesTensors?: boolean;
}
