/** A download that is not complete: what has come so far, and by which validator it can be gone on with. */
import { createHash, type Hash } from "node:crypto";
import { writeAll } from "./atomic_file.ts";

const READ_BYTES = 1024 * 1024;

/** The file `<place>.part`, with the validator in `<place>.part.etag`. */
export class PartFile implements Disposable {
  /** Where the bytes lie. */
  readonly path: string;
  readonly #file: Deno.FsFile;
  #hash: Hash;
  #byteLength = 0;
  #etag: string | undefined;

  private constructor(path: string, file: Deno.FsFile) {
    this.path = path;
    this.#file = file;
    this.#hash = createHash("sha256");
  }

  /**
   * Opens what an earlier attempt left, or an empty file.
   *
   * @throws {Error} of Deno's file functions.
   */
  static async open(place: string): Promise<PartFile> {
    const path = `${place}.part`;
    const etag = await Deno.readTextFile(`${path}.etag`).catch(() => undefined);
    const truncate = etag === undefined;
    const file = await Deno.open(path, { read: true, write: true, create: true, truncate });
    const part = new PartFile(path, file);
    if (etag !== undefined) await part.#resume(etag);
    return part;
  }

  /** Bytes that have come. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** The validator of the file these bytes are of; without one they cannot be gone on with. */
  get etag(): string | undefined {
    return this.#etag;
  }

  /** Of the bytes that have come, in hex. */
  get sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  /** Adds bytes at the end. */
  async append(bytes: Uint8Array): Promise<void> {
    await writeAll(this.#file, bytes);
    this.#hash.update(bytes);
    this.#byteLength += bytes.byteLength;
  }

  /** Forgets all bytes; those to come are of the file with this validator. A weak one does not identify bytes. */
  async restart(etag: string | undefined): Promise<void> {
    if (this.#byteLength > 0) {
      await this.#file.truncate(0);
      await this.#file.seek(0, Deno.SeekMode.Start);
      this.#hash = createHash("sha256");
      this.#byteLength = 0;
    }
    this.#etag = etag?.startsWith('"') ? etag : undefined;
    if (this.#etag === undefined) await Deno.remove(`${this.path}.etag`).catch(() => {});
    else await Deno.writeTextFile(`${this.path}.etag`, this.#etag);
  }

  /** Gives the complete file its place. */
  async finish(place: string): Promise<void> {
    await this.#file.sync();
    await Deno.rename(this.path, place);
    await Deno.remove(`${this.path}.etag`).catch(() => {});
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  async #resume(etag: string): Promise<void> {
    this.#etag = etag;
    const buffer = new Uint8Array(READ_BYTES);
    for (let count = await this.#file.read(buffer); count !== null;) {
      this.#hash.update(buffer.subarray(0, count));
      this.#byteLength += count;
      count = await this.#file.read(buffer);
    }
  }
}
