/** Files that appear whole or not at all: a reader never meets half a model. */
import { createHash } from "node:crypto";

/** A file under a temporary name, to be moved to its place or to vanish when disposed of. */
export class StagedFile implements AsyncDisposable {
  readonly path: string;
  readonly byteLength: number;
  /** Of the content, in hex. */
  readonly sha256: string;
  #isMoved = false;

  private constructor(path: string, byteLength: number, sha256: string) {
    this.path = path;
    this.byteLength = byteLength;
    this.sha256 = sha256;
  }

  /**
   * Writes a file beside `place`, as the chunks come.
   *
   * @throws {Deno.errors.NotCapable} and the other errors of Deno's file functions, or what the chunks throw; nothing
   * is left then.
   */
  static async write(
    place: string,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<StagedFile> {
    const path = `${place}.${crypto.randomUUID()}.tmp`;
    const hash = createHash("sha256");
    let byteLength = 0;
    try {
      using file = await Deno.open(path, { write: true, createNew: true });
      for await (const chunk of chunks) {
        hash.update(chunk);
        await writeAll(file, chunk);
        byteLength += chunk.byteLength;
      }
      // A name may reach the disk before the content does: after a power cut the file would be there, and empty.
      await file.sync();
    } catch (error) {
      await Deno.remove(path).catch(() => {});
      throw error;
    }
    return new StagedFile(path, byteLength, hash.digest("hex"));
  }

  /**
   * Gives the file its name, making folders as needed; a file of that name is replaced.
   *
   * @throws {Error} of Deno's file functions; the old file then still stands.
   */
  async moveTo(place: string): Promise<void> {
    const folder = place.slice(0, place.lastIndexOf("/") + 1);
    if (folder !== "") await Deno.mkdir(folder, { recursive: true });
    await Deno.rename(this.path, place);
    this.#isMoved = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isMoved) await Deno.remove(this.path).catch(() => {});
  }
}

/**
 * Writes a file next to its final place and renames it there. Its folder must exist.
 *
 * @throws {Deno.errors.NotCapable} and the other errors of Deno's file functions; the old file then still stands.
 */
export async function writeFileAtomically(path: string, content: Uint8Array): Promise<void> {
  await using staged = await StagedFile.write(path, [content]);
  await staged.moveTo(path);
}

/** Writes all bytes at the file's position. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.byteLength;) {
    written += await file.write(bytes.subarray(written));
  }
}
