/**
 * zlib's own inflate: so many bytes in, so many bytes out, and no further. Node's documented API inflates whole files,
 * or in another turn of the event loop; this is what lies below it (docs/decisions/0029-own-png-reader.md).
 */
import { createInflate, type ZlibOptions } from "node:zlib";

/** Of `_handle`, which node:zlib's own streams are made of. */
interface InflateHandle {
  onerror: (message: string) => void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputOffset: number,
    inputLength: number,
    output: Uint8Array,
    outputOffset: number,
    outputLength: number,
  ): void;
  close(): void;
}

interface InflateStream {
  readonly _handle: InflateHandle;
  /** Bytes of output, then of input, that the last call left over. */
  readonly _writeState: Uint32Array;
}

const NO_FLUSH = 0;
/** The stream's own buffer, which is not used, as small as it may be. */
const OPTIONS: ZlibOptions = { chunkSize: 64 };

/** Inflates one stream of RFC 1950. */
export class Inflater implements Disposable {
  readonly #stream: InflateStream;
  #damage: string | undefined;

  constructor() {
    this.#stream = createInflate(OPTIONS) as unknown as InflateStream;
    this.#stream._handle.onerror = (message) => {
      this.#damage = message;
    };
  }

  /**
   * Fills `output` as far as `input` goes.
   *
   * @returns Bytes taken and written; none of both, where there were some to take and room to write, once the stream
   * has ended.
   * @throws {Error} when it is damaged, its checksum included if that is reached.
   */
  inflate(
    input: Uint8Array,
    output: Uint8Array,
  ): { readonly read: number; readonly written: number } {
    const { _handle: handle, _writeState: left } = this.#stream;
    handle.writeSync(NO_FLUSH, input, 0, input.length, output, 0, output.length);
    if (this.#damage !== undefined) throw new Error(`Cannot inflate: ${this.#damage}`);
    return {
      read: input.length - (left[1] as number),
      written: output.length - (left[0] as number),
    };
  }

  [Symbol.dispose](): void {
    this.#stream._handle.close();
  }
}
