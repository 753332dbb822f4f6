import assert from "node:assert/strict";
import { readDctManifest } from "../testing/dct_model.ts";
import type { PreprocessSpec } from "./contract/preprocess_spec.ts";
import { preprocessorSettings } from "./preprocessor_settings.ts";

Deno.test("preprocessorSettings() counts what fast decoding leaves in sizes of the model", () => {
  const preprocess = { ...readDctManifest().preprocess, size: 100 };
  const settings = preprocessorSettings({ preprocess, turboJpegPath: undefined });
  assert.equal(settings.fastSideMin, 200);
  const choice = { preprocess, turboJpegPath: "/lib/libturbojpeg.so", fastScaleMin: 3 };
  const limits = { bytesMax: 1, pixelsMax: 2, scansMax: 3, decodeMsMax: 4, decodeBytesMax: 5 };
  assert.deepEqual(preprocessorSettings({ ...choice, limits }), {
    preprocess,
    turboJpegPath: "/lib/libturbojpeg.so",
    limits: { ...limits, crop: { size: 100, resize_mode: "shortest", pillow: 13 } },
    fastSideMin: 300,
    fastSide: "shorter",
  });
  const fastSide = (resize_mode: PreprocessSpec["resize_mode"]) =>
    preprocessorSettings({ ...choice, preprocess: { ...preprocess, resize_mode } }).fastSide;
  assert.deepEqual([fastSide("squash"), fastSide("longest")], ["shorter", "longer"]);
});
