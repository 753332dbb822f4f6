import assert from "node:assert/strict";
import { bmpOf } from "../testing/bmp_bytes.ts";
import { sha256 } from "../testing/digest.ts";
import { readGoldenFile } from "../testing/goldens/read_goldens.ts";
import { judged } from "../testing/judged_image.ts";
import { preprocessorSettings } from "../testing/preprocessor_settings.ts";
import { OPEN_CLIP } from "./contract/image_options.ts";
import { Preprocessor } from "./preprocessor.ts";

const SMALL = "inputs/exif_6_ii_190x121.jpg";
const PHOTO = "inputs/rgb_420_640x480.jpg";
const ELEMENTS = 3 * 224 * 224;

// Equality with Pillow and torchvision stands in goldens_test.ts.

Deno.test("Preprocessor.preprocess() reports format, the photo's own size and where the time went", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const photo = readGoldenFile(SMALL);
  const { crop, decodeMs, resizeMs, ...photoFacts } = await preprocessor.preprocess(photo, {
    ...OPEN_CLIP,
    orient: "exif",
  });
  assert.deepEqual(photoFacts, { width: 190, height: 121, format: "jpeg" });
  assert.equal(crop.length, ELEMENTS);
  assert.ok(decodeMs >= 0 && resizeMs >= 0);
});

Deno.test("Preprocessor.preprocess() gives a crop that the next photo does not overwrite", async () => {
  const defaults = preprocessorSettings();
  // The model is as large as the photo, so that nothing is resized and the crop could be the decoder's own buffer.
  const preprocess = { ...defaults.preprocess, size: 121 };
  using preprocessor = new Preprocessor({ ...defaults, preprocess });
  const { crop } = await preprocessor.preprocess(readGoldenFile(SMALL), OPEN_CLIP);
  const before = sha256(crop);
  await preprocessor.preprocess(readGoldenFile(PHOTO), OPEN_CLIP);
  assert.equal(sha256(crop), before);
});

Deno.test("Preprocessor.input() gives the crop, or what it becomes by normalize(), in bytes", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const photo = readGoldenFile(PHOTO);
  const { crop } = await preprocessor.preprocess(photo, OPEN_CLIP);
  const inputs = { FP32: preprocessor.normalize(crop), UINT8: crop };
  for (const datatype of ["FP32", "UINT8"] as const) {
    const { data, normalizeMs, ...facts } = await preprocessor
      .input(judged(photo), OPEN_CLIP, datatype);
    assert.equal(sha256(data), sha256(inputs[datatype]), datatype);
    assert.ok(normalizeMs >= 0);
    assert.deepEqual([facts.width, facts.height, facts.format], [640, 480, "jpeg"]);
  }
});

Deno.test("Preprocessor.inputNow() gives a JPEG's input() at once, and none of another format", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const photo = judged(readGoldenFile(PHOTO));
  for (const datatype of ["FP32", "UINT8"] as const) {
    const { data, ...facts } = await preprocessor.input(photo, OPEN_CLIP, datatype);
    const expected = sha256(data);
    const now = preprocessor.inputNow(photo, OPEN_CLIP, datatype);
    assert.equal(sha256(now?.data ?? new Uint8Array()), expected, datatype);
    assert.deepEqual(Object.keys(now ?? {}).sort(), ["data", ...Object.keys(facts)].sort());
  }
  const png = judged(readGoldenFile("other/png_palette_97x61.png"));
  assert.equal(preprocessor.inputNow(png, OPEN_CLIP, "FP32"), undefined);
});

Deno.test("Preprocessor.input() gives large pixels back before the collector comes", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const side = 500;
  const bytes = side * side * 3;
  const photo = judged(bmpOf({ width: side, height: side }, [], Array<number>(bytes).fill(9)));
  await preprocessor.input(photo, OPEN_CLIP, "UINT8");
  const before = Deno.memoryUsage().external;
  for (let count = 0; count < 5; count++) await preprocessor.input(photo, OPEN_CLIP, "UINT8");
  assert.ok(Deno.memoryUsage().external - before < bytes);
});
