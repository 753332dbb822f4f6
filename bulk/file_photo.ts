/** Photos on a disk, or in a bucket that is mounted like one. */
import { photoError, tooLarge } from "./photo.ts";

/**
 * Reads a file.
 *
 * @throws {EmbeddingError} `not_found`, `body_too_large`; the system's error where it is no fault of the file.
 */
export async function readFilePhoto(
  path: string,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw photoError("not_found", `Cannot read photo: ${path} is no file`);
    if (size > bytesMax) throw tooLarge(bytesMax);
    return await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw photoError("not_found", `Cannot read photo: there is no ${path}`);
  }
}
