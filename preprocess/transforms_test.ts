/** Every way of open_clip's to bring a picture to the model's size, from bytes to crops. */
import assert from "node:assert/strict";
import { sha256 } from "../testing/digest.ts";
import {
  readGoldenFile,
  readTransforms,
  type TransformEntry,
} from "../testing/goldens/read_goldens.ts";
import { preprocessorSettings, testNative } from "../testing/preprocessor_settings.ts";
import { OPEN_CLIP } from "./contract/image_options.ts";
import type { PreprocessSpec } from "./contract/preprocess_spec.ts";
import { Preprocessor } from "./preprocessor.ts";
import * as settings from "./preprocessor_settings.ts";

const GOLDENS = readTransforms();
const { preprocess: SPEC, turboJpegPath } = preprocessorSettings();

function preprocessorOf(changes: Partial<PreprocessSpec>): Preprocessor {
  const preprocess = { ...SPEC, ...changes };
  return new Preprocessor(settings.preprocessorSettings({ preprocess, turboJpegPath }));
}

/** Fails unless the crops are Pillow's. */
async function assertEqual(goldens: readonly TransformEntry[]): Promise<void> {
  const differing: string[] = [];
  for (const { name, u8, decode = "exact", ...transform } of goldens) {
    using preprocessor = preprocessorOf(transform);
    const { crop } = await preprocessor.preprocess(readGoldenFile(name), { ...OPEN_CLIP, decode });
    if (sha256(crop) !== u8) differing.push(`${name} ${decode} ${JSON.stringify(transform)}`);
  }
  assert.deepEqual(differing, []);
}

testNative(
  "Preprocessor.preprocess() gives open_clip's crop of JPEGs, whatever its settings",
  async () => {
    const goldens = GOLDENS.filter(({ name, decode }) => /\.jpg$/.test(name) && decode !== "fast");
    assert.ok(goldens.length >= 50);
    await assertEqual(goldens);
  },
);

Deno.test("Preprocessor.preprocess() gives open_clip's crop of other formats, whatever its settings", async () => {
  const goldens = GOLDENS.filter(({ name }) => !/\.jpg$/.test(name));
  assert.ok(goldens.length >= 40);
  await assertEqual(goldens);
});

testNative(
  "Preprocessor.preprocess() in fast mode gives the crop of Pillow's draft, whatever its settings",
  async () => {
    const goldens = GOLDENS.filter(({ decode }) => decode === "fast");
    assert.ok(goldens.length >= 12);
    await assertEqual(goldens);
  },
);

Deno.test("Preprocessor.preprocess() refuses a picture that a longer side of the model's size leaves nothing of", async () => {
  using preprocessor = preprocessorOf({ resize_mode: "longest" });
  for (const name of ["inputs/gray_65500x1.jpg", "inputs/gray_1x65500.jpg"]) {
    // That it ends too early nobody notices: it is not decoded.
    await assert.rejects(preprocessor.preprocess(readGoldenFile(name).slice(0, -9), OPEN_CLIP), {
      name: "Refusal",
      code: "unsupported_image",
    });
  }
});
