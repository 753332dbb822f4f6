/** `photos search`: the photos that are nearest to words, or to a photo. */
import { UsageError } from "../../command/program.ts";
import { openSource } from "../embed/source.ts";
import type { Library } from "../library/library.ts";
import { queryOfPhoto, queryOfWords } from "../search/find_query.ts";
import { nearest } from "../search/nearest.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { printable } from "../../command/terminal.ts";

/** Photos that are printed, unless `--limit` says otherwise. */
const PRINTED = 20;
/** What looks like a photo's name is none of words. */
const PHOTO_NAME = /\.(?:jpe?g|png|webp|gif|tiff?|bmp|heic|avif)$/i;

/** Searches and prints: what is a file is a photo, and everything else words. */
export async function searchCommand(options: CommandOptions): Promise<number> {
  const { operands, folders, source, line, isJson, limit = PRINTED } = options;
  const [, typed, ...more] = operands;
  if (typed === undefined || more.length > 0) {
    throw new UsageError("search needs a folder, and words in quotes or a photo");
  }
  using library = openExisting(options);
  // A photo of the library goes by the name that search itself prints, too.
  const photo = await readPhoto([folders[1] ?? typed, library.absolute(typed)], typed);
  const open = () => openSource(source, (sentence) => line.say(sentence));
  const { vector, embedder } = photo === undefined
    ? await queryOfWords(library, typed, open)
    : await queryOfPhoto(library, photo, open);
  const { digests, rows } = library.vectors.matrix(embedder);
  const paths = pathsByDigest(library);
  const found = nearest({ rows, dim: embedder.dim }, vector, limit).flatMap(({ row, cosine }) =>
    (paths.get(digests[row] as string) ?? []).map((path) => ({ path, cosine }))
  );
  for (const { path, cosine } of found.slice(0, limit)) {
    const rounded = cosine.toFixed(4);
    print(
      isJson
        ? JSON.stringify({ path: library.absolute(path), cosine: Number(rounded) })
        : `${rounded}  ${printable(path)}`,
    );
  }
  return 0;
}

/**
 * Reads the first of the files that is there.
 *
 * @returns `undefined` where none is, and what was typed is none of a photo's names.
 */
async function readPhoto(
  paths: readonly string[],
  typed: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  for (const path of paths) {
    try {
      return await Deno.readFile(path);
    } catch (error) {
      const { NotCapable, NotFound } = Deno.errors;
      const isNone = error instanceof NotFound || error instanceof NotCapable || isNoName(error);
      if (!isNone) throw error;
    }
  }
  if (PHOTO_NAME.test(typed)) throw new Error(`There is no photo ${typed}`);
  return undefined;
}

/** Words may be longer than a file's name. */
function isNoName(error: unknown): boolean {
  return error instanceof Error &&
    /too long|ENAMETOOLONG|os error (?:36|63|123|206)/.test(error.message);
}

function pathsByDigest(library: Library): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const { digest, path } of library.photos.all()) {
    const key = digest.toHex();
    paths.set(key, [...paths.get(key) ?? [], path]);
  }
  return paths;
}
