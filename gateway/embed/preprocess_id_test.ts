import assert from "node:assert/strict";
import { readDctManifest } from "../../testing/dct_model.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { imageOptionsList } from "../contract/options.ts";
import { preprocessId, type PreprocessIdentity, rememberedPreprocessIds } from "./preprocess_id.ts";

const { preprocess } = readDctManifest();
const IDENTITY: PreprocessIdentity = {
  modelDigest: "a".repeat(64),
  jpegDecoder: "libturbojpeg 3.1.3",
  preprocess,
  inputDatatype: "FP32",
  fastSideMin: 448,
  ...OPEN_CLIP,
};

Deno.test("preprocessId() is short, names its revision and stays the same", () => {
  const id = preprocessId(IDENTITY);
  assert.match(id, /^p\d+-[0-9a-f]{16}$/);
  assert.equal(preprocessId(structuredClone(IDENTITY)), id);
});

Deno.test("preprocessId() of exact decoding stays what it is, and minds no scale", () => {
  assert.equal(preprocessId(IDENTITY), "p2-1382401e0fab5018");
  assert.equal(preprocessId({ ...IDENTITY, fastSideMin: 896 }), preprocessId(IDENTITY));
});

Deno.test("preprocessId() changes with everything that changes an embedding", () => {
  const [red, green, blue] = preprocess.mean;
  const others: Record<string, PreprocessIdentity> = {
    model: { ...IDENTITY, modelDigest: "b".repeat(64) },
    decoder: { ...IDENTITY, jpegDecoder: "libjpeg-turbo 1.2.3" },
    size: { ...IDENTITY, preprocess: { ...preprocess, size: 225 } },
    mean: { ...IDENTITY, preprocess: { ...preprocess, mean: [green, red, blue] } },
    std: { ...IDENTITY, preprocess: { ...preprocess, std: [1, 1, 1] } },
    pillow: { ...IDENTITY, preprocess: { ...preprocess, pillow: 12 } },
    interpolation: { ...IDENTITY, preprocess: { ...preprocess, interpolation: "bilinear" } },
    squash: { ...IDENTITY, preprocess: { ...preprocess, resize_mode: "squash" } },
    longest: { ...IDENTITY, preprocess: { ...preprocess, resize_mode: "longest" } },
    fill: { ...IDENTITY, preprocess: { ...preprocess, resize_mode: "longest", fill_color: 255 } },
    datatype: { ...IDENTITY, inputDatatype: "UINT8" },
    orient: { ...IDENTITY, orient: "exif" },
    fast: { ...IDENTITY, decode: "fast" },
    "fast from other scales": { ...IDENTITY, decode: "fast", fastSideMin: 896 },
    "fast and upright": { ...IDENTITY, decode: "fast", orient: "exif" },
  };
  const ids = [IDENTITY, ...Object.values(others)].map(preprocessId);
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("preprocessId() is another one for each way from image to input", () => {
  const ids = imageOptionsList().map((options) => preprocessId({ ...IDENTITY, ...options }));
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("preprocessId() minds neither the order of fields nor what does not belong to it", () => {
  const reversed = Object.fromEntries(Object.entries(preprocess).reverse()) as typeof preprocess;
  const identity = { limits: { pixelsMax: 1 }, ...IDENTITY, preprocess: reversed };
  assert.equal(preprocessId(identity), preprocessId(IDENTITY));
});

Deno.test("preprocessId() minds a fill only where there are margins, which are 0 where nobody says", () => {
  const id = (fields: Partial<typeof preprocess>) =>
    preprocessId({ ...IDENTITY, preprocess: { ...preprocess, ...fields } });
  assert.equal(id({ fill_color: 255 }), preprocessId(IDENTITY));
  assert.equal(id({ resize_mode: "longest", fill_color: 0 }), id({ resize_mode: "longest" }));
});

Deno.test("rememberedPreprocessIds() follows the model that the engine has by now", () => {
  const { modelDigest, inputDatatype } = IDENTITY;
  let model = { modelDigest, inputDatatype };
  const idOf = rememberedPreprocessIds(() => model, IDENTITY);
  const before = idOf(OPEN_CLIP);
  assert.equal(before, preprocessId(IDENTITY));
  assert.notEqual(idOf({ ...OPEN_CLIP, orient: "exif" }), before);
  assert.notEqual(idOf({ ...OPEN_CLIP, decode: "fast" }), before);
  assert.equal(idOf(OPEN_CLIP), before);
  model = { ...model, modelDigest: "c".repeat(64) };
  assert.equal(idOf(OPEN_CLIP), preprocessId({ ...IDENTITY, ...model }));
});
