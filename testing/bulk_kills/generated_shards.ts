/** Generated photos, and lists of them. */
import { generatePhotos } from "../photos_kills/generated_photos.ts";

/** Where they are. */
export interface GeneratedShards {
  /** Of all photos, as lists have them. */
  readonly ids: readonly string[];
  /** Folder of the lists. */
  readonly lists: string;
}

/** Writes photos into a folder, the same ones for the same seed, and lists that have each of them once. */
export async function generateShards(
  folder: string,
  { photos, shards, seed = 1 }: {
    readonly photos: number;
    readonly shards: number;
    readonly seed?: number;
  },
): Promise<GeneratedShards> {
  await Deno.mkdir(`${folder}/photos`);
  const ids = (await generatePhotos(`${folder}/photos`, photos, seed)).flat();
  const lists = `${folder}/lists`;
  await Deno.mkdir(lists);
  const each = Math.ceil(ids.length / shards);
  for (let shard = 0; shard * each < ids.length; shard++) {
    const lines = ids.slice(shard * each, (shard + 1) * each).map((id) =>
      `../photos/${id}\t${id}\n`
    );
    await Deno.writeTextFile(`${lists}/${String(shard).padStart(3, "0")}.txt`, lines.join(""));
  }
  return { ids, lists };
}
