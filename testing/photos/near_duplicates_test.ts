import assert from "node:assert/strict";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { buildDctModel } from "../dct_model.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { preprocessorSettings } from "../preprocessor_settings.ts";
import { cosine } from "../../models/contract/vectors.ts";

const FOLDER = "testing/photos";

/** Embeddings by file name without extension, through the gateway's own preprocessing. */
async function embedPhotos(): Promise<Map<string, Float32Array>> {
  const session = await InferenceSession.create(buildDctModel());
  using preprocessor = new Preprocessor(preprocessorSettings());
  const embeddings = new Map<string, Float32Array>();
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (!name.endsWith(".jpg")) continue;
    const { crop } = await preprocessor.preprocess(
      await Deno.readFile(`${FOLDER}/${name}`),
      OPEN_CLIP,
    );
    const image = new Tensor("float32", preprocessor.normalize(crop), [1, 3, 224, 224]);
    const { embedding } = await session.run({ image });
    embeddings.set(name.replace(".jpg", ""), embedding?.data as Float32Array);
  }
  await session.release();
  return embeddings;
}

Deno.test("dct_512 tells copies of a sample photo from other photos, with a wide margin", async () => {
  const photos = [...await embedPhotos()];
  assert.equal(photos.length, 45);
  const photoOf = (name: string) => name.split("_")[0];
  const copies: [number, string][] = [];
  const strangers: [number, string][] = [];
  photos.forEach(([name, embedding], index) => {
    for (const [otherName, other] of photos.slice(0, index)) {
      const pairs = photoOf(name) === photoOf(otherName) ? copies : strangers;
      pairs.push([cosine(embedding, other), `${name} and ${otherName}`]);
    }
  });
  const [worst] = copies.sort(([a], [b]) => a - b);
  const [closest] = strangers.sort(([a], [b]) => b - a);
  assert.ok(worst !== undefined && worst[0] >= 0.84, `copies: ${worst}`);
  assert.ok(closest !== undefined && closest[0] <= 0.19, `strangers: ${closest}`);
});
