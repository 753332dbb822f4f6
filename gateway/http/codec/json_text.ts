/** JSON under construction, as the bytes that go out: `JSON.stringify` makes a string of floats twice as long. */
import { writeAscii } from "./ascii_text.ts";
import { floatTextBytesMax, writeFloats } from "./float_text.ts";

/** Names, brackets and error messages; more of them make the buffer grow. */
const TEXT_BYTES = 1024;
/** What names and brackets take. */
const SHORT_LENGTH_MAX = 64;
const encoder = new TextEncoder();

/** Room for one embedding, which is written and copied into its response in one go, for every reply again. */
const SCRATCH = new Uint8Array(16 * 1024);

/** Text and floats, one behind the other. Nothing is escaped here. */
export class JsonText {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param floats How many there will be, so that the buffer need not grow. */
  constructor(floats: number) {
    const byteLength = TEXT_BYTES + floatTextBytesMax(floats);
    this.#bytes = byteLength <= SCRATCH.length ? SCRATCH : new Uint8Array(byteLength);
  }

  /** UTF-8 of all there is, valid until another one is begun. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Appends a piece of JSON. */
  add(text: string): void {
    // A UTF-16 unit becomes at most three bytes.
    this.#reserve(text.length * 3);
    const isShort = text.length <= SHORT_LENGTH_MAX;
    const end = isShort ? writeAscii(text, this.#bytes, this.#length) : undefined;
    this.#length = end ?? this.#encoded(text);
  }

  /** Appends numbers with commas between them. */
  addFloats(values: Float32Array): void {
    this.#reserve(floatTextBytesMax(values.length));
    this.#length = writeFloats(values, this.#bytes, this.#length);
  }

  #encoded(text: string): number {
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#length));
    return this.#length + written;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
