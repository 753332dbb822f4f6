import assert from "node:assert/strict";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { createNormalizer } from "../../preprocess/resize/normalize.ts";
import type { OpenClipVitArchitecture } from "../contract/architecture.ts";
import type { ImageManifest } from "../contract/manifest.ts";
import { readVitGoldens, type VitGolden } from "../../testing/models/vit_goldens.ts";
import { wholeFile } from "../../testing/models/whole_file.ts";
import { compareEmbeddings } from "../contract/vectors.ts";
import { modelParts } from "./build_model.ts";
import { byteLengthOf, readParts } from "./onnx_file.ts";
import { Safetensors } from "../weights/safetensors.ts";

const goldens = readVitGoldens();
const [first] = goldens as [VitGolden];

/** Embeds crops as one batch; one embedding a crop. */
async function embed(
  golden: VitGolden,
  crops: readonly Uint8Array[],
  manifest: ImageManifest = golden.manifest,
): Promise<Float32Array[]> {
  using weights = await Safetensors.open(golden.checkpoint);
  const parts = modelParts(manifest, { weights, sha256: "" });
  const model = await wholeFile(parts);
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const { embedding } = await session.run({ image: toTensor(manifest, crops) });
  await session.release();
  const [dim] = manifest.output.shape as [number];
  assert.deepEqual(embedding?.dims, [crops.length, dim]);
  const data = embedding.data as Float32Array;
  return crops.map((_, index) => data.slice(index * dim, (index + 1) * dim));
}

function toTensor(manifest: ImageManifest, crops: readonly Uint8Array[]): Tensor {
  const { input, preprocess } = manifest;
  const dims = [crops.length, ...input.shape];
  const pixels = crops.flatMap((crop) => [...crop]);
  if (input.datatype === "UINT8") return new Tensor("uint8", Uint8Array.from(pixels), dims);
  const normalize = createNormalizer(preprocess);
  const data = new Float32Array(pixels.length);
  crops.forEach((crop, index) =>
    normalize(crop, data.subarray(index * crop.length, (index + 1) * crop.length))
  );
  return new Tensor("float32", data, dims);
}

function maxDifference(a: Float32Array, b: Float32Array): number {
  assert.equal(a.length, b.length);
  return Math.max(...a.map((element, index) => Math.abs(element - (b[index] as number))));
}

for (const golden of goldens) {
  const name = golden.checkpoint.split("/").at(-1);

  Deno.test(`addVit() computes what open_clip computes: ${name}`, async () => {
    const actual = await embed(golden, golden.crops);
    golden.embeddings.forEach((expected, index) => {
      const difference = maxDifference(actual[index] as Float32Array, expected);
      assert.ok(difference <= 1e-5, `largest difference is ${difference}`);
    });
  });

  Deno.test(`addVit() gives bytes and floats the same embedding: ${name}`, async () => {
    const { size } = golden.manifest.preprocess;
    const input = { ...golden.manifest.input, datatype: "UINT8" as const, shape: [size, size, 3] };
    assert.deepEqual(
      await embed(golden, golden.crops, { ...golden.manifest, input }),
      await embed(golden, golden.crops),
    );
  });

  Deno.test(`addVit() changes very little in FP16, and halves the file: ${name}`, async () => {
    const architecture = { ...golden.architecture, quantization: "float16" } as const;
    const manifest: ImageManifest = { ...golden.manifest, architecture };
    const actual = await embed(golden, golden.crops, manifest);
    golden.embeddings.forEach((expected, index) => {
      const { cosine } = compareEmbeddings(actual[index] as Float32Array, expected);
      assert.ok(cosine >= 0.99999 && cosine < 1 - 1e-10, `cosine is ${cosine}`);
    });
    using weights = await Safetensors.open(golden.checkpoint);
    const bytesOf = (model: ImageManifest) =>
      byteLengthOf(modelParts(model, { weights, sha256: "" }));
    assert.ok(bytesOf(manifest) < 0.6 * bytesOf(golden.manifest));
  });

  Deno.test(`addVit() changes little in 8 bits: ${name}`, async () => {
    const architecture = { ...golden.architecture, quantization: "int8_dynamic" } as const;
    const manifest: ImageManifest = { ...golden.manifest, architecture };
    for (const [index, crop] of golden.crops.entries()) {
      const [actual] = await embed(golden, [crop], manifest) as [Float32Array];
      const { cosine } = compareEmbeddings(actual, golden.embeddings[index] as Float32Array);
      assert.ok(cosine > 0.998 && cosine < 1 - 1e-9, `cosine is ${cosine}`);
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
  const parts = modelParts(manifest, { weights: huge, sha256: "" });
  await assert.rejects(Array.fromAsync(readParts(parts)), {
    name: "RangeError",
    message: "Cannot round visual.proj to FP16: magnitudes must be ≤ 65504: current value is 70000",
  });
});

Deno.test("addVit() gives pictures of a batch the bits that they have alone", async () => {
  const together = await embed(first, [...first.crops, ...first.crops.toReversed()]);
  const alone = [];
  for (const crop of first.crops) alone.push(...await embed(first, [crop]));
  assert.deepEqual(together, [...alone, ...alone.toReversed()]);
});

const broken: [Partial<OpenClipVitArchitecture>, string][] = [
  [
    { patch_size: 15 },
    "Cannot build openclip_vit_b32: patch_size must divide 64: current value is 15",
  ],
  [{ heads: 5 }, "Cannot build openclip_vit_b32: heads must divide 64: current value is 5"],
  [
    { layers: 3 },
    "Cannot find tensor visual.transformer.resblocks.2.ln_1.weight in the checkpoint",
  ],
  [
    { mlp_width: 128 },
    "Cannot use tensor visual.transformer.resblocks.0.mlp.c_fc.weight: its shape must be [128,64]: " +
    "current value is [256,64]",
  ],
];
for (const [change, message] of broken) {
  Deno.test(`addVit() rejects ${JSON.stringify(change)} for this checkpoint`, async () => {
    const architecture = { ...first.architecture, ...change };
    await assert.rejects(embed(first, first.crops, { ...first.manifest, architecture }), {
      name: "RangeError",
      message,
    });
  });
}
