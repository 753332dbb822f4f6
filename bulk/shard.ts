/** What is embedded as a whole: a list of photos, or a tar of them. */
import { createHash } from "node:crypto";
import { basename, dirname, resolve } from "node:path";
import { AddressReader } from "./address_photo.ts";
import { readFilePhoto } from "./file_photo.ts";
import { FinalError } from "./final_error.ts";
import type { Photo } from "./photo.ts";
import { isAddress, type ListedPhoto, parseList } from "./photo_list.ts";
import { readAhead } from "./read_ahead.ts";
import { tarPhotos } from "./tar_photos.ts";

/** A file that says which photos there are, or holds them. */
export interface Shard {
  /** Of its file, without an end: what is made of it is called so. */
  readonly name: string;
  readonly path: string;
}

/** A shard that was opened. */
export interface OpenShard {
  /** Tells it from another one of its name: SHA-256 of a list, or how long a tar is. */
  readonly source: string;
  /** How many photos there are, where that is known before. */
  readonly count: number | undefined;
  readonly photos: Iterable<Photo> | AsyncIterable<Photo>;
}

/** How photos are read. */
export interface ReadOptions {
  /** Where paths of lists begin; the list's own folder unless given. */
  readonly root?: string | undefined;
  /** Of one photo; longer ones are not sent. */
  readonly bytesMax: number;
  /** Photos of a list that are read before their turn. */
  readonly readAheadMax: number;
  readonly signal: AbortSignal;
}

const TAR = /\.tar$/i;
/** What a folder's shards are called. */
const SHARD = /\.(?:txt|tsv|list|tar)$/i;
const PACKED = /\.(?:tar\.\w+|tgz|gz|zip)$/i;
const LIST_BYTES_MAX = 256 * 1024 * 1024;
const ADDRESS_TIMEOUT_MS = 30_000;

/**
 * The shards that were named, in order of their names: of folders all lists and tars in them.
 *
 * @throws {FinalError} where there is none, or two would have results of one name; or Deno's, where a path leads nowhere.
 */
export async function findShards(paths: readonly string[]): Promise<Shard[]> {
  const shards: Shard[] = [];
  for (const path of paths) {
    const { isDirectory } = await Deno.stat(path);
    if (!isDirectory) shards.push(shardOf(path));
    else {
      for await (const { name } of Deno.readDir(path)) {
        if (SHARD.test(name) && !name.startsWith(".")) shards.push(shardOf(resolve(path, name)));
      }
    }
  }
  shards.sort((a, b) => a.name < b.name ? -1 : 1);
  const [twice] = shards.filter(({ name }, index) => shards[index + 1]?.name === name);
  if (twice !== undefined) {
    throw new FinalError(
      `Two shards are called ${twice.name}, and so would be what is made of them`,
    );
  }
  if (shards.length === 0) throw new FinalError("There is no shard: no .txt, .tsv, .list or .tar");
  return shards;
}

function shardOf(path: string): Shard {
  return { name: basename(path).replace(SHARD, ""), path };
}

/**
 * Opens a shard.
 *
 * @throws {FinalError} as `parseList()`, with the shard's path; or Deno's.
 */
export async function openShard({ path }: Shard, options: ReadOptions): Promise<OpenShard> {
  const { size } = await Deno.stat(path);
  if (TAR.test(path)) {
    const photos = tarPhotos(path, options.bytesMax);
    return { source: `tar of ${size} bytes`, count: undefined, photos };
  }
  if (PACKED.test(path)) throw new FinalError(`Cannot read ${path}: it is packed`);
  if (size > LIST_BYTES_MAX) {
    throw new FinalError(`Cannot read ${path} as its bytes must be ≤ ${LIST_BYTES_MAX}: split it`);
  }
  const bytes = await Deno.readFile(path);
  const source = `sha256 ${createHash("sha256").update(bytes).digest("hex")}`;
  try {
    const list = parseList(decodeList(bytes));
    const { root = dirname(path), readAheadMax } = options;
    const photos = readAhead(listedPhotos(list, { ...options, root }), readAheadMax);
    return { source, count: list.length, photos };
  } catch (error) {
    throw new FinalError(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

function decodeList(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("it is no list, which has to be UTF-8");
  }
}

function* listedPhotos(
  list: readonly ListedPhoto[],
  { root, bytesMax, signal }: ReadOptions & { readonly root: string },
): Generator<Photo> {
  const reader = new AddressReader({ bytesMax, timeoutMs: ADDRESS_TIMEOUT_MS });
  for (const { source, id } of list) {
    yield {
      id,
      read: () =>
        isAddress(source)
          ? reader.read(source, signal)
          : readFilePhoto(resolve(root, source), bytesMax),
    };
  }
}

/** Which of all shards are one worker's: every so manieth. */
export interface Share {
  readonly index: number;
  readonly completions: number;
}

/** The shards of a share; of all shares, every shard is in one. */
export function shareOf<Item>(shards: readonly Item[], { index, completions }: Share): Item[] {
  return shards.filter((_, place) => place % completions === index);
}
