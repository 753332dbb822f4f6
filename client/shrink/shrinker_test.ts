import assert from "node:assert/strict";
import { chooseJpegDecoder } from "../../preprocess/decode/jpeg/jpeg_decoders.ts";
import { cameraPhotos } from "../../testing/camera_photos.ts";
import { startGateway, testFile } from "../../testing/harness.ts";
import { cosine } from "../embedding.ts";
import { EmbeddingClient } from "../embedding_client.ts";
import { Shrinker } from "./shrinker.ts";

const NAMES = ["cat.jpg", "cat_crop.jpg", "cameraman.jpg", "galaxies_q30.jpg", "pavilion_half.jpg"];
const { path: turboJpegPath } = chooseJpegDecoder("auto");

async function photos(): Promise<Uint8Array<ArrayBuffer>[]> {
  const [camera] = await cameraPhotos({
    ...{ kind: "mosaic", width: 2016, height: 1512, quality: 92, count: 1 },
  });
  const small = await Promise.all(NAMES.map((name) => testFile(`photos/${name}`)));
  return [...small.map((photo) => photo.slice()), camera as Uint8Array<ArrayBuffer>];
}

for (const path of new Set([turboJpegPath, undefined])) {
  Deno.test(`Shrinker's PNGs by ${path === undefined ? "the portable decoder" : "libturbojpeg"} have the photos' own vectors, bit for bit, and are marked`, async () => {
    await using gateway = await startGateway();
    using shrinker = new Shrinker({ turboJpegPath: path });
    const plain = new EmbeddingClient({ url: gateway.url });
    const shrinking = new EmbeddingClient({ url: gateway.url, shrink: shrinker.shrink });
    const inputs = await photos();
    const shrunk = await Promise.all(inputs.map((photo) => shrinking.embed(photo)));
    for (const [index, photo] of inputs.entries()) {
      const expected = await plain.embed(photo);
      const decoder = path === undefined ? "portable" : "native";
      assert.deepEqual(shrunk[index], {
        ...expected,
        preprocessId: `${expected.preprocessId}+png.224.shortest.bicubic.pillow13.none.${decoder}`,
      });
    }
  });
}

Deno.test("Shrinker's JPEGs are small, their vectors near, and marked by their quality", async () => {
  await using gateway = await startGateway();
  using shrinker = new Shrinker({ as: "jpeg", turboJpegPath });
  const plain = new EmbeddingClient({ url: gateway.url });
  const shrinking = new EmbeddingClient({ url: gateway.url, shrink: shrinker.shrink });
  for (const photo of await photos()) {
    const [shrunk, expected] = [await shrinking.embed(photo), await plain.embed(photo)];
    assert.ok(cosine(shrunk.vector, expected.vector) > 0.999);
    assert.match(shrunk.preprocessId, /\+jpeg95\.224\./);
    const { bytes } = await shrinker.shrink(photo) ?? assert.fail("refused");
    assert.ok(bytes.length < 60_000, `${bytes.length}`);
  }
});

Deno.test("Shrinker leaves what it cannot read to the gateway, which says what is wrong", async () => {
  await using gateway = await startGateway();
  using shrinker = new Shrinker({ turboJpegPath });
  const client = new EmbeddingClient({ url: gateway.url, shrink: shrinker.shrink });
  const torn = (await testFile("photos/cat.jpg")).slice(0, 5000);
  await assert.rejects(client.embed(torn), { code: "invalid_image" });
  const words = await client.profile((await testFile("photos/cat.jpg")).slice());
  assert.deepEqual(words.parts.map(({ name }) => name), ["shrink", "round trip"]);
});
