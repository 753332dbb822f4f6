import { createHash } from "node:crypto";

const CHUNK_BYTES = 1024 * 1024;

/**
 * SHA-256 of a file of any size, in hex.
 *
 * @throws {Deno.errors.NotFound} and the other errors of Deno's file functions.
 */
export async function fileSha256(path: string): Promise<string> {
  using file = await Deno.open(path);
  const hash = createHash("sha256");
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
    hash.update(buffer.subarray(0, count));
  }
  return hash.digest("hex");
}
