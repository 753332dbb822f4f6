/** Inputs that are the model's already, as token ids and clients' tensors are: they only go where the model reads them. */
import { GatewayError } from "../contract/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { SlotWriter } from "../work/slot_writer.ts";
import type { Encoder, JudgedInput } from "./encoder.ts";

/** An `Encoder` of model inputs, little-endian, which needs no worker. */
export class TensorEncoder implements Encoder<Uint8Array<ArrayBuffer>>, Disposable {
  readonly #engine: Pick<Engine, "description">;
  readonly #writer = new SlotWriter();

  constructor(engine: Pick<Engine, "description">) {
    this.#engine = engine;
  }

  /** @throws {GatewayError} `invalid_body` for an input that would not fill its slot, or fill another one's, too. */
  judge(input: Uint8Array<ArrayBuffer>): JudgedInput {
    const { inputByteLength } = this.#engine.description;
    if (input.length !== inputByteLength) {
      throw new GatewayError(
        "invalid_body",
        `Cannot embed as an input's bytes must be the model's ${inputByteLength}: they are ${input.length}`,
      );
    }
    return {
      pixels: 0,
      encode: (_options, address) => Promise.try(() => this.#writer.write(input, address)),
      encodeHere: () => input,
    };
  }

  [Symbol.dispose](): void {
    this.#writer[Symbol.dispose]();
  }
}
