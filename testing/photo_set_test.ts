import assert from "node:assert/strict";
import { judgeImage } from "../preprocess/header/image_header.ts";
import { readDctManifest } from "./dct_model.ts";
import { createPhotos } from "./photo_set.ts";
import { testNative } from "./preprocessor_settings.ts";

const LIMITS = {
  bytesMax: 1e7,
  pixelsMax: 25e6,
  scansMax: 100,
  decodeMsMax: 1e4,
  decodeBytesMax: 1e9,
};
const { preprocess } = readDctManifest();

testNative(
  "createPhotos() makes different photos of the size, the same ones every time",
  async () => {
    const options = { size: "224", withTensors: true, preprocess, count: 12 } as const;
    const photos = await createPhotos(options);
    const texts = photos.map(({ jpeg }) => jpeg.toBase64());
    assert.equal(new Set(texts).size, 12);
    for (const { jpeg, tensor } of photos) {
      const { width, height } = judgeImage(jpeg, LIMITS);
      assert.deepEqual([width, height, tensor.length], [224, 224, 3 * 224 * 224]);
      assert.ok(jpeg.length > 4_000 && jpeg.length < 25_000, `${jpeg.length} bytes`);
    }
    assert.deepEqual((await createPhotos(options)).map(({ jpeg }) => jpeg.toBase64()), texts);
  },
);

testNative("createPhotos() makes landscape photos without tensors", async () => {
  const photos = await createPhotos({ size: "640", withTensors: false, preprocess, count: 2 });
  for (const { jpeg, tensor } of photos) {
    const { width, height } = judgeImage(jpeg, LIMITS);
    assert.deepEqual([width, height, tensor.length], [640, 480, 0]);
  }
});
