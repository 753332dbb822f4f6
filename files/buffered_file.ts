/** A file that is written in large pieces. */

const PIECE_BYTES = 1 << 20;

/** Collects bytes and writes them. */
export class BufferedFile implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #piece = new Uint8Array(PIECE_BYTES);
  #used = 0;

  /** An older file of that name is replaced. */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
  }

  /** Puts bytes behind those that are there. */
  write(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const part = rest.subarray(0, PIECE_BYTES - this.#used);
      this.#piece.set(part, this.#used);
      this.#used += part.length;
      rest = rest.subarray(part.length);
      if (this.#used === PIECE_BYTES) this.#flush();
    }
  }

  /** Puts bytes at the file's begin. */
  writeFirst(bytes: Uint8Array): void {
    this.#flush();
    this.#file.seekSync(0, Deno.SeekMode.Start);
    this.write(bytes);
    this.#flush();
  }

  /** Writes what is left, to the disk. */
  finish(): void {
    this.#flush();
    this.#file.syncSync();
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #flush(): void {
    for (let at = 0; at < this.#used;) {
      at += this.#file.writeSync(this.#piece.subarray(at, this.#used));
    }
    this.#used = 0;
  }
}
