import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "../../proto/gen/onnx_pb.ts";
import { SEEDED_WEIGHTS } from "../../testing/models/run_graph.ts";
import { readRepositoryManifest } from "../../testing/models/repository_manifests.ts";
import { readTowerGolden } from "../../testing/models/tower_goldens.ts";
import { wholeFile } from "../../testing/models/whole_file.ts";
import { buildModel, modelFiles } from "./build_model.ts";
import { byteLengthOf } from "./onnx_file.ts";

const manifest = readRepositoryManifest("dct_512");

Deno.test("buildModel() gives equal bytes for equal manifests, and others for others", () => {
  const model = buildModel(manifest);
  assert.deepEqual(buildModel(structuredClone(manifest)), model);
  const architecture = { ...manifest.architecture, knee: 0.1 } as typeof manifest.architecture;
  assert.notDeepEqual(buildModel({ ...manifest, architecture }), model);
});

Deno.test("buildModel() tells how to make a model with weights", () => {
  assert.throws(() => buildModel(readRepositoryManifest("openclip_vit_b32")), {
    name: "TypeError",
    message:
      "Cannot build openclip_vit_b32 without its weights: run deno task model openclip_vit_b32",
  });
});

Deno.test("modelFiles() gives buildModel()'s bytes where there are no weights", async () => {
  assert.deepEqual(await wholeFile(modelFiles(manifest)), buildModel(manifest));
});

Deno.test("modelFiles() describes a full-size model without reading a weight", () => {
  const weights = { tensor: () => () => Promise.reject(new Error("read")) };
  const { model: parts, data } = modelFiles(readRepositoryManifest("openclip_vit_b32"), {
    weights,
    sha256: "",
  });
  assert.deepEqual(data, []);
  // 87,849,216 parameters.
  assert.ok(Math.abs(byteLengthOf(parts) - 4 * 87_849_216) < 200_000, `${byteLengthOf(parts)}`);
});

Deno.test("modelFiles() writes origin and digest of the weights into the file", async () => {
  const { image: golden } = readTowerGolden("vit_b_32");
  const parts = modelFiles(golden.manifest, { weights: SEEDED_WEIGHTS, sha256: "abc" });
  const file = await wholeFile(parts);
  const { metadataProps } = fromBinary(ModelProtoSchema, file);
  assert.deepEqual(metadataProps.map(({ key, value }) => [key, value]), [
    ["description", golden.manifest.description],
    ["license", "MIT"],
    ["weights", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K/open_clip_model.safetensors"],
    ["weights_sha256", "abc"],
  ]);
});
