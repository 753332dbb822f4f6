import assert from "node:assert/strict";
import { embedCrops } from "../../testing/models/run_tower.ts";
import { readTowerGolden, readTowerGoldens } from "../../testing/models/tower_goldens.ts";
import type { OpenClipVitArchitecture } from "../contract/architecture.ts";
import type { ImageManifest } from "../contract/manifest.ts";
import { compareEmbeddings } from "../contract/vectors.ts";
import { modelFiles } from "./build_model.ts";
import { byteLengthOf, readParts } from "./onnx_file.ts";
import { Safetensors } from "../weights/safetensors.ts";

const goldens = readTowerGoldens();
const { checkpoint, image: first } = readTowerGolden("vit_b_32");

for (const { name, checkpoint, image: { manifest, architecture, crops, embeddings } } of goldens) {
  const embed = (manifest: ImageManifest, some = crops) =>
    embedCrops({ manifest, checkpoint }, some);

  Deno.test(`an image tower computes what open_clip computes: ${name}`, async () => {
    const actual = await embed(manifest);
    assert.equal(actual.length, embeddings.length);
    embeddings.forEach((expected, index) => {
      const { maxDifference } = compareEmbeddings(actual[index] as Float32Array, expected);
      assert.ok(maxDifference <= 1e-5, `largest difference is ${maxDifference}`);
    });
  });

  Deno.test(`an image tower gives bytes and floats the same embedding: ${name}`, async () => {
    const { size } = manifest.preprocess;
    const input = { ...manifest.input, datatype: "UINT8" as const, shape: [size, size, 3] };
    assert.deepEqual(await embed({ ...manifest, input }), await embed(manifest));
  });

  Deno.test(`an image tower changes very little in FP16, and halves the file: ${name}`, async () => {
    const half: ImageManifest = {
      ...manifest,
      architecture: { ...architecture, quantization: "float16" },
    };
    const actual = await embed(half);
    embeddings.forEach((expected, index) => {
      const { cosine } = compareEmbeddings(actual[index] as Float32Array, expected);
      assert.ok(cosine >= 0.99999 && cosine < 1 - 1e-10, `cosine is ${cosine}`);
    });
    using weights = await Safetensors.open(checkpoint);
    const bytesOf = (model: ImageManifest) =>
      byteLengthOf(modelFiles(model, { weights, sha256: "" }).model);
    assert.ok(bytesOf(half) < 0.75 * bytesOf(manifest));
  });

  Deno.test(`an image tower changes little in 8 bits: ${name}`, async () => {
    const int8: ImageManifest = {
      ...manifest,
      architecture: { ...architecture, quantization: "int8_dynamic" },
    };
    for (const [index, crop] of crops.entries()) {
      const [actual] = await embed(int8, [crop]) as [Float32Array];
      const { cosine } = compareEmbeddings(actual, embeddings[index] as Float32Array);
      assert.ok(cosine > 0.99 && cosine < 1 - 1e-9, `cosine is ${cosine}`);
    }
  });
}

Deno.test("addVit() refuses weights that FP16 cannot hold", async () => {
  const manifest: ImageManifest = {
    ...first.manifest,
    architecture: { ...first.architecture, quantization: "float16" },
  };
  const huge = {
    tensor: (name: string, shape: readonly number[]) => () =>
      Promise.resolve(
        new Float32Array(shape.reduce((a, b) => a * b)).fill(name === "visual.proj" ? 7e4 : 0),
      ),
  };
  const { model } = modelFiles(manifest, { weights: huge, sha256: "" });
  await assert.rejects(Array.fromAsync(readParts(model)), {
    name: "RangeError",
    message: "Cannot round visual.proj to FP16: magnitudes must be ≤ 65504: current value is 70000",
  });
});

for (const name of ["vit_b_32", "vit_l_14_clipa", "siglip"]) {
  Deno.test(`an image tower gives pictures of a batch the bits that they have alone: ${name}`, async () => {
    const { checkpoint, image: { manifest, crops } } = readTowerGolden(name);
    const source = { manifest, checkpoint };
    const together = await embedCrops(source, [...crops, ...crops.toReversed()]);
    const alone = [];
    for (const crop of crops) alone.push(...await embedCrops(source, [crop]));
    assert.deepEqual(together, [...alone, ...alone.toReversed()]);
  });
}

const broken: [Partial<OpenClipVitArchitecture>, string][] = [
  [
    { patch_size: 25 },
    "Cannot build openclip_vit_b32: patch_size must be ≤ 24: current value is 25",
  ],
  [{ heads: 5 }, "Cannot build openclip_vit_b32: heads must divide 24: current value is 5"],
  [
    { layers: 3 },
    "Cannot find tensor visual.transformer.resblocks.2.ln_1.weight in the checkpoint",
  ],
  [
    { mlp_width: 48 },
    "Cannot use tensor visual.transformer.resblocks.0.mlp.c_fc.weight: its shape must be [48,24]: " +
    "current value is [96,24]",
  ],
  [
    { layer_scale: true },
    "Cannot find tensor visual.transformer.resblocks.0.ls_1.gamma in the checkpoint",
  ],
  [
    { layers: 1 },
    "Cannot build openclip_vit_b32: its checkpoint has visual.transformer.resblocks.1.attn.in_proj_bias, " +
    "for which the manifest's architecture has no place",
  ],
  [
    { ln_pre: false },
    "Cannot build openclip_vit_b32: its checkpoint has visual.ln_pre.bias, for which the manifest's " +
    "architecture has no place",
  ],
];
for (const [change, message] of broken) {
  Deno.test(`addVit() rejects ${JSON.stringify(change)} for this checkpoint`, async () => {
    const architecture = { ...first.architecture, ...change } as OpenClipVitArchitecture;
    const manifest = { ...first.manifest, architecture };
    await assert.rejects(embedCrops({ manifest, checkpoint }, first.crops), {
      name: "RangeError",
      message,
    });
  });
}
