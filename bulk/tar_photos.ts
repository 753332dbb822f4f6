/** Photos of a tar, one after the other as they lie in it. */
import { createTarDecoder } from "modern-tar";
import { FinalError } from "./final_error.ts";
import { type Photo, tooLarge } from "./photo.ts";

/** What lies beside photos, such as a description of each, is left out. */
const PHOTO_NAME = /\.(?:jpe?g|png|webp|gif|bmp|tiff?)$/i;
/** What macOS puts beside files. */
const SHADOW_NAME = /(?:^|\/)\._[^/]*$/;

/**
 * The photos of an archive, by the paths that it has; two of a path are an error, as they would share an id.
 *
 * @throws {FinalError} where it is no tar, or ends too early.
 */
export async function* tarPhotos(path: string, bytesMax: number): AsyncGenerator<Photo> {
  try {
    yield* photosOf(path, bytesMax);
  } catch (error) {
    if (error instanceof FinalError || isOfSystem(error)) throw error;
    throw new FinalError(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function* photosOf(path: string, bytesMax: number): AsyncGenerator<Photo> {
  const file = await Deno.open(path);
  const seen = new Set<string>();
  const entries = file.readable.pipeThrough(createTarDecoder({ strict: true }));
  for await (const { header: { name: id, size, type = "file" }, body } of entries) {
    if (type !== "file" || !PHOTO_NAME.test(id) || SHADOW_NAME.test(id)) {
      await skip(body);
      continue;
    }
    if (seen.has(id)) {
      throw new FinalError(`Cannot read ${path}: two photos of it have the same path`);
    }
    seen.add(id);
    if (size > bytesMax) {
      await skip(body);
      yield { id, read: () => Promise.reject(tooLarge(bytesMax)) };
      continue;
    }
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    if (bytes.length !== size) throw new FinalError(`Cannot read ${path}: it ends too early`);
    yield { id, read: () => Promise.resolve(bytes) };
  }
  if (seen.size === 0) throw new FinalError(`Cannot embed ${path} as there is no photo in it`);
}

/** Reads to the end: the decoder may wait for ever behind an entry that was cancelled. */
async function skip(body: ReadableStream<Uint8Array>): Promise<void> {
  await body.pipeTo(new WritableStream());
}

/** What a disk says may pass. */
function isOfSystem(error: unknown): boolean {
  return Object.values(Deno.errors).some((kind) => error instanceof kind);
}
