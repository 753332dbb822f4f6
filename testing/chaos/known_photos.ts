/** A folder of photos, with the embedding that an idle gateway gives for each. */
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { createPhotos, type PhotoSize } from "../photo_set.ts";

const REPOSITORY = new URL("../../model_repository/", import.meta.url);

/** Makes the photos; disposing removes them. */
export class KnownPhotos implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  /** So many photos of a size, all different. */
  static async create(size: PhotoSize, count: number): Promise<KnownPhotos> {
    const { preprocess } = await new ModelFolder(REPOSITORY, "dct_512").imageManifest();
    const photos = await createPhotos({ size, count, preprocess, withTensors: false });
    const folder = await Deno.makeTempDir({ prefix: "chaos_photos_" });
    await Promise.all(
      photos.map(({ jpeg }, index) => Deno.writeFile(`${folder}/${nameOf(index)}.jpg`, jpeg)),
    );
    return new KnownPhotos(folder);
  }

  /** Asks a gateway that nobody else uses for their embeddings, which are those that must come from then on. */
  async learn(url: string): Promise<void> {
    for await (const { name } of Deno.readDir(this.folder)) {
      if (!name.endsWith(".jpg")) continue;
      const vector = await embed(url, await Deno.readFile(`${this.folder}/${name}`));
      await Deno.writeFile(`${this.folder}/${name.replace(/jpg$/, "f32")}`, vector);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

function nameOf(index: number): string {
  return String(index).padStart(4, "0");
}

async function embed(url: string, jpeg: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const headers = { "content-type": "image/jpeg", accept: "application/octet-stream" };
  const response = await fetch(`${url}/embed`, { method: "POST", headers, body: jpeg });
  if (response.status === 200) return await response.bytes();
  throw new Error(`Cannot learn an embedding: ${response.status} ${await response.text()}`);
}
