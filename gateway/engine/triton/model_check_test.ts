import assert from "node:assert/strict";
import type { ModelMetadata } from "../../../triton/client.ts";
import { readDctManifest } from "../../../testing/dct_model.ts";
import { checkModel } from "./model_check.ts";

const manifest = readDctManifest();

function metadata(changes: Partial<ModelMetadata> = {}): ModelMetadata {
  return {
    name: "dct_512",
    versions: ["1"],
    platform: "onnxruntime_onnx",
    inputs: [{ name: "image", datatype: "FP32", shape: [-1, 3, 224, 224] }],
    outputs: [{ name: "embedding", datatype: "FP32", shape: [-1, 512] }],
    ...changes,
  };
}

Deno.test("checkModel() accepts the manifest's own model", () => {
  assert.deepEqual(checkModel(manifest, metadata()), { input: manifest.input, differences: [] });
});

Deno.test("checkModel() accepts a UINT8 NHWC variant", () => {
  const inputs = [{ name: "image", datatype: "UINT8", shape: [-1, 224, 224, 3] }];
  assert.deepEqual(checkModel(manifest, metadata({ inputs })), {
    input: { name: "image", datatype: "UINT8", shape: [224, 224, 3] },
    differences: [],
  });
});

Deno.test("checkModel() names every difference", () => {
  const { differences } = checkModel(
    manifest,
    metadata({
      inputs: [
        { name: "image", datatype: "FP16", shape: [-1, 3, 256, 256] },
        { name: "mask", datatype: "FP32", shape: [-1, 1] },
      ],
      outputs: [{ name: "embeddings", datatype: "FP32", shape: [-1, 768] }],
    }),
  );
  assert.deepEqual(differences, [
    "input image must be FP32 [-1,3,224,224]: it is FP16 [-1,3,256,256]",
    "input mask is not in the manifest",
    "output embedding is missing",
  ]);
});

Deno.test("checkModel() rejects a model without a batch dimension", () => {
  const inputs = [{ name: "image", datatype: "FP32", shape: [3, 224, 224] }];
  assert.equal(checkModel(manifest, metadata({ inputs })).differences.length, 1);
});

Deno.test("checkModel() does not mind outputs that nobody asks for", () => {
  const outputs = [...metadata().outputs, { name: "tokens", datatype: "FP32", shape: [-1, 50] }];
  assert.deepEqual(checkModel(manifest, metadata({ outputs })).differences, []);
});
