/** Whether two embedders make the same vectors. */
import type { Library } from "../library/library.ts";
import type { Embedder } from "../library/vector_table.ts";
import type { Source } from "./source.ts";

/** Photos that are embedded once more to see. */
const CANARIES = 3;
/** More are not looked at: their files are gone or changed. */
const CANDIDATES = 50;
/** Rounding of another order of sums stays below this, and another decoder or resize filter above. */
const COSINE_MIN = 1 - 1e-6;

/** Whether vectors of one may be compared with those of the other, by their ids alone. */
export function isSame(one: Embedder, other: Embedder): boolean {
  return one.space === other.space && one.preprocessId === other.preprocessId;
}

/**
 * Embeds some of the library's photos once more, to see whether a source makes the vectors that the library has.
 *
 * @param embedder Of the library. One of another space never agrees.
 * @throws {EmbeddingError} where the source does not embed.
 */
export async function agreesWithLibrary(
  library: Library,
  embedder: Embedder,
  source: Source,
): Promise<boolean> {
  if (embedder.space !== source.embedder.space) return false;
  let agreed = 0;
  for (const { path, digest, vector } of library.vectors.samples(embedder, CANDIDATES)) {
    const bytes = await readUnchanged(library.absolute(path), digest);
    if (bytes === undefined) continue;
    const again = await source.client.embed(bytes);
    if (cosine(vector, again.vector) < COSINE_MIN) return false;
    if (++agreed === CANARIES) break;
  }
  return agreed > 0;
}

async function readUnchanged(
  path: string,
  digest: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const bytes = await Deno.readFile(path);
    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return found.toHex() === digest.toHex() ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Of vectors of length 1. */
function cosine(one: Float32Array, other: Float32Array): number {
  return one.length === other.length
    ? one.reduce((sum, value, at) => sum + value * (other[at] as number), 0)
    : 0;
}
