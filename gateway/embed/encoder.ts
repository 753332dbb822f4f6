/** The seam between the pipeline and what can be embedded: from an input of some kind to the model's input. */
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import type { SlotAddress, SlotDatatype } from "../work/slot_address.ts";

/** An input whose cost is known, though nothing of it is decoded. */
export interface JudgedInput {
  /** What it counts for in admission. */
  readonly pixels: number;
  /**
   * Decodes it and writes the model's input into a slot; its buffer may move away meanwhile.
   *
   * @throws {GatewayError} why it cannot be decoded, or the signal's reason.
   */
  encode(options: ImageOptions, address: SlotAddress, order: EncodeOrder): Promise<void>;
  /** Decodes it here and now; absent where it might hold this thread for too long. */
  readonly encodeHere?: EncodeHere | undefined;
}

/** On whose behalf something is encoded, and for how long. */
interface EncodeOrder {
  /** Who waits with others for a worker. */
  readonly client: string;
  /** Takes it out of the queue; once it is begun it runs to its end. */
  readonly signal: AbortSignal;
}

/**
 * Gives the bytes of the model's input, valid until the next one is made.
 *
 * @throws {Refusal} why it cannot be decoded.
 */
export type EncodeHere = (
  options: ImageOptions,
  datatype: SlotDatatype,
) => Uint8Array<ArrayBuffer>;

/** Makes model inputs of one kind of input. */
export interface Encoder<Input> {
  /**
   * Judges an input by its head.
   *
   * @throws {Refusal} why it will not be decoded.
   */
  judge(input: Input): JudgedInput;
}
