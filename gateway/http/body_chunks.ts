/** The chunks of a body, on their way to being one array. */

/** Memory taken at the first byte of a longer body: its length is only a promise. */
const FIRST_BYTES = 16 * 1024;

/**
 * Where the length is known every chunk goes straight to its place: 32 MiB joined at the end take 15 ms at once. One that
 * is all of it is kept as it is.
 */
export class BodyChunks {
  readonly #declared: number | undefined;
  #whole: Uint8Array<ArrayBuffer> | undefined;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  #count = 0;

  constructor(declared: number | undefined) {
    this.#declared = declared;
  }

  get length(): number {
    return this.#length;
  }

  /** Chunks so far. */
  get count(): number {
    return this.#count;
  }

  add(chunk: Uint8Array<ArrayBuffer>): void {
    const end = this.#length + chunk.length;
    if (this.#declared === undefined) this.#parts.push(withoutSlack(chunk));
    else if (this.#isWhole(chunk)) this.#whole = chunk;
    else this.#room(end, this.#declared).set(chunk, this.#length);
    this.#length = end;
    this.#count++;
  }

  join(): Uint8Array<ArrayBuffer> {
    if (this.#declared !== undefined) {
      return this.#whole?.subarray(0, this.#length) ?? new Uint8Array();
    }
    const joined = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      joined.set(part, offset);
      offset += part.length;
    }
    return joined;
  }

  /** Buffers of bodies move to workers, with everything that lies in them: one that is shared is copied. */
  #isWhole(chunk: Uint8Array): boolean {
    const ownsItsBuffer = chunk.length === chunk.buffer.byteLength;
    return this.#length === 0 && chunk.length === this.#declared && ownsItsBuffer;
  }

  /** Room for `bytes`, and for as much again of a body that does arrive. */
  #room(bytes: number, declared: number): Uint8Array<ArrayBuffer> {
    const old = this.#whole;
    if (old !== undefined && old.length >= bytes) return old;
    const promised = Math.min(declared, Math.max(FIRST_BYTES, 2 * bytes));
    this.#whole = new Uint8Array(Math.max(bytes, promised));
    if (old !== undefined) this.#whole.set(old);
    return this.#whole;
  }
}

/** A small chunk may be a view of 64 KiB that were read for it, and would keep all of it. */
function withoutSlack(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return chunk.buffer.byteLength > 2 * chunk.length ? chunk.slice() : chunk;
}
