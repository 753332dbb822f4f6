import assert from "node:assert/strict";
import { readDctManifest } from "../../testing/dct_model.ts";
import { preprocessId, type PreprocessIdentity, rememberedPreprocessIds } from "./preprocess_id.ts";

const { preprocess } = readDctManifest();
const IDENTITY: PreprocessIdentity = {
  modelDigest: "a".repeat(64),
  jpegDecoder: "libturbojpeg 3.1.3",
  preprocess,
  inputDatatype: "FP32",
  orient: "none",
};

Deno.test("preprocessId() is short, names its revision and stays the same", () => {
  const id = preprocessId(IDENTITY);
  assert.match(id, /^p\d+-[0-9a-f]{16}$/);
  assert.equal(preprocessId(structuredClone(IDENTITY)), id);
});

Deno.test("preprocessId() changes with everything that changes an embedding", () => {
  const [red, green, blue] = preprocess.mean;
  const others: Record<string, PreprocessIdentity> = {
    model: { ...IDENTITY, modelDigest: "b".repeat(64) },
    decoder: { ...IDENTITY, jpegDecoder: "imagescript 1.3.1" },
    size: { ...IDENTITY, preprocess: { ...preprocess, size: 225 } },
    mean: { ...IDENTITY, preprocess: { ...preprocess, mean: [green, red, blue] } },
    std: { ...IDENTITY, preprocess: { ...preprocess, std: [1, 1, 1] } },
    pillow: { ...IDENTITY, preprocess: { ...preprocess, pillow: 12 } },
    datatype: { ...IDENTITY, inputDatatype: "UINT8" },
    orient: { ...IDENTITY, orient: "exif" },
  };
  const ids = [IDENTITY, ...Object.values(others)].map(preprocessId);
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("preprocessId() minds neither the order of fields nor what does not belong to it", () => {
  const reversed = Object.fromEntries(Object.entries(preprocess).reverse()) as typeof preprocess;
  const identity = { limits: { pixelsMax: 1 }, ...IDENTITY, preprocess: reversed };
  assert.equal(preprocessId(identity), preprocessId(IDENTITY));
});

Deno.test("rememberedPreprocessIds() follows the model that the engine has by now", () => {
  let modelDigest = IDENTITY.modelDigest;
  const idOf = rememberedPreprocessIds((orient) => ({ ...IDENTITY, modelDigest, orient }));
  const before = idOf("none");
  assert.equal(before, preprocessId({ ...IDENTITY, orient: "none" }));
  assert.notEqual(idOf("exif"), before);
  modelDigest = "c".repeat(64);
  assert.equal(idOf("none"), preprocessId({ ...IDENTITY, modelDigest, orient: "none" }));
});
