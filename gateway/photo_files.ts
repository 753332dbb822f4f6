/** The image files that a command line names: files as they are, and folders with all below them. */
import { join, resolve } from "node:path";
import { sniffFormat } from "../preprocess/header/format.ts";

/** A file, or why a folder cannot be listed. */
interface PhotoFile {
  /** As it was typed, or the folder as it was typed with what is below it; and in full. */
  readonly typed: string;
  readonly path: string;
  readonly problem?: unknown;
}

/** What `findPhotos()` found. */
export interface FoundPhotos {
  /** In the order of the arguments, those of a folder sorted by name. */
  readonly files: readonly PhotoFile[];
  /** Files below folders that are no images, by name and by content. */
  readonly passedOver: number;
}

const IMAGE_NAME = /\.(?:jpe?g|jfif|png|gif|tiff?|webp|bmp|heic|heif|avif)$/i;
/** As many as tell a format. */
const HEAD_BYTES = 16;

/**
 * Finds the images that paths name. Of folders, names that begin with a dot are left out, and a folder to which several
 * links lead is looked at once.
 *
 * @param from Folder that relative paths begin at.
 */
export async function findPhotos(typed: readonly string[], from: string): Promise<FoundPhotos> {
  const search = new PhotoSearch(from);
  for (const name of typed) {
    const isFolder = await Deno.stat(resolve(from, name)).then(
      (info) => info.isDirectory,
      () => false,
    );
    if (isFolder) await search.folder(name);
    // What is not there is for whoever reads it to say.
    else search.add(name);
  }
  return search;
}

class PhotoSearch implements FoundPhotos {
  readonly files: PhotoFile[] = [];
  passedOver = 0;
  readonly #from: string;
  /** Real paths of folders: a link may lead back to one above it. */
  readonly #seen = new Set<string>();

  constructor(from: string) {
    this.#from = from;
  }

  add(typed: string, problem?: unknown): void {
    this.files.push({ typed, path: resolve(this.#from, typed), problem });
  }

  async folder(typed: string): Promise<void> {
    try {
      const path = resolve(this.#from, typed);
      const real = await Deno.realPath(path);
      if (this.#seen.has(real)) return;
      this.#seen.add(real);
      const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
      for (const name of names.filter((name) => !name.startsWith(".")).sort()) {
        await this.#entry(join(typed, name));
      }
    } catch (problem) {
      this.add(typed, problem);
    }
  }

  async #entry(typed: string): Promise<void> {
    const path = resolve(this.#from, typed);
    const info = await Deno.stat(path).catch(() => undefined);
    if (info?.isDirectory) return await this.folder(typed);
    // A pipe would be waited for.
    const isFile = info === undefined || info.isFile;
    if (isFile && (IMAGE_NAME.test(typed) || await hasImageHead(path))) this.add(typed);
    else this.passedOver++;
  }
}

async function hasImageHead(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const head = new Uint8Array(HEAD_BYTES);
    const length = await file.read(head) ?? 0;
    return sniffFormat(head.subarray(0, length)) !== undefined;
  } catch {
    return false;
  }
}
