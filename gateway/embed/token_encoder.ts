/** Token ids to model inputs: all that is left to do is to put them where the model reads them. */
import { SlotWriter } from "../work/slot_writer.ts";
import type { Encoder, JudgedInput } from "./encoder.ts";

/** An `Encoder` of i32 [context length], little-endian, which needs no worker. */
export class TokenEncoder implements Encoder<Uint8Array<ArrayBuffer>>, Disposable {
  readonly #writer = new SlotWriter();

  judge(ids: Uint8Array<ArrayBuffer>): JudgedInput {
    return {
      pixels: 0,
      encode: (_options, address) => Promise.try(() => this.#writer.write(ids, address)),
      encodeHere: () => ids,
    };
  }

  [Symbol.dispose](): void {
    this.#writer[Symbol.dispose]();
  }
}
