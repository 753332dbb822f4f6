import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { parseGolden } from "../contract/golden.ts";
import type { ImageManifest } from "../contract/manifest.ts";
import { compareEmbeddings } from "../contract/vectors.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { readRepositoryManifest } from "../../testing/models/repository_manifests.ts";
import { readTowerGolden } from "../../testing/models/tower_goldens.ts";
import { patternInput } from "../../testing/pattern_input.ts";
import { configPbtxt } from "./config_pbtxt.ts";
import { ExportedModel, weightlessGolden } from "./export_run.ts";
import { ModelFolder } from "../repository/model_folder.ts";
import { Safetensors } from "../weights/safetensors.ts";

const { checkpoint, image: vit } = readTowerGolden("vit_b_32");

/** The small tower in 8 bits, which must be this close to the one in FP32. */
function int8Manifest(cosine_min: number): ImageManifest {
  return {
    ...vit.manifest,
    name: "int8",
    architecture: { ...vit.architecture, quantization: "int8_dynamic" },
    reference: { model: vit.manifest.name, cosine_min },
  };
}

async function makeInt8(repository: string, cosineMin: number): Promise<ExportedModel> {
  using weights = await Safetensors.open(checkpoint);
  return await ExportedModel.make({
    folder: new ModelFolder(repository, "int8"),
    manifest: int8Manifest(cosineMin),
    reference: vit.manifest,
    checkpoint: { weights, sha256: "" },
    golden: patternInput(vit.manifest),
  });
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("ExportedModel.place() writes model, config and golden, each digest in place", async () => {
  await using repository = await temporaryFolder();
  const folder = new ModelFolder(repository.path, "dct_512");
  const manifest = readRepositoryManifest("dct_512");
  const golden = patternInput(manifest);
  await using exported = await ExportedModel.make({
    folder,
    manifest,
    reference: undefined,
    checkpoint: undefined,
    golden,
  });
  assert.equal(exported.comparison, undefined);
  assert.deepEqual(await exported.place(), [
    `${folder.path}/1/model.onnx`,
    `${folder.path}/config.pbtxt`,
    `${folder.path}/golden.json`,
  ]);
  assert.deepEqual(namesIn(folder.path), ["1", "config.pbtxt", "golden.json"]);
  assert.equal(await Deno.readTextFile(`${folder.path}/config.pbtxt`), configPbtxt(manifest));
  const written = parseGolden(await Deno.readTextFile(`${folder.path}/golden.json`));
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const model = await Deno.readFile(`${folder.path}/1/model.onnx`);
  assert.deepEqual(
    [written.sample, written.modelSha256, written.inputSha256, written.embedding.length],
    [{ photo: "pattern" }, sha256(model), sha256(new Uint8Array(golden.input.buffer)), 512],
  );
  assert.equal(exported.byteLength, model.length);
});

Deno.test("ExportedModel.place() puts another version beside the first one", async () => {
  await using repository = await temporaryFolder();
  const folder = new ModelFolder(repository.path, "dct_512", "2");
  const manifest = readRepositoryManifest("dct_512");
  await using exported = await ExportedModel.make({
    folder,
    manifest,
    reference: undefined,
    checkpoint: undefined,
    golden: patternInput(manifest),
  });
  await exported.place();
  assert.deepEqual(namesIn(folder.path), ["2", "config.pbtxt"]);
  assert.deepEqual(namesIn(`${folder.path}/2`), ["golden.json", "model.onnx"]);
});

Deno.test("ExportedModel tells how far a variant is from its reference", async () => {
  await using folder = await temporaryFolder();
  {
    await using exported = await makeInt8(folder.path, 0.99);
    assert.ok(exported.comparison !== undefined);
    const { cosine, maxDifference } = exported.comparison;
    assert.ok(cosine > 0.99 && cosine < 1 - 1e-9 && maxDifference > 0, `${cosine}`);
  }
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("ExportedModel refuses a variant that is too far from its reference", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(makeInt8(folder.path, 1), {
    message:
      /^Cannot export int8: its cosine to openclip_vit_b32 must be ≥ 1: current value is 0\.99/,
  });
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("ExportedModel runs a text model on ids, and compares its variants", async () => {
  await using folder = await temporaryFolder();
  const { checkpoint, text: { manifest, ids: [ids], embeddings: [expected] } } = readTowerGolden(
    "vit_b_32",
  );
  assert.ok(ids !== undefined && expected !== undefined);
  const { architecture } = manifest;
  using weights = await Safetensors.open(checkpoint);
  const request = {
    folder: new ModelFolder(folder.path, manifest.name),
    reference: undefined,
    checkpoint: { weights, sha256: "" },
    golden: { sample: { text: "café" }, ids },
  };
  await using exported = await ExportedModel.make({ ...request, manifest });
  const { sample, inputSha256, embedding, logitScale } = exported.golden;
  assert.ok(logitScale !== undefined);
  assert.deepEqual(sample, { text: "café" });
  const bytes = new Uint8Array(ids.buffer);
  assert.equal(inputSha256, createHash("sha256").update(bytes).digest("hex"));
  assert.ok(compareEmbeddings(embedding, expected).maxDifference < 1e-5);
  await using int8 = await ExportedModel.make({
    ...request,
    manifest: {
      ...manifest,
      name: "int8",
      architecture: { ...architecture, quantization: "int8_dynamic" },
      reference: { model: manifest.name, cosine_min: 0.9 },
    },
    reference: manifest,
  });
  assert.ok((int8.comparison?.cosine ?? 1) < 1 - 1e-9);
});

Deno.test("weightlessGolden() is the record of an export, and refuses one that is too far from its reference", async () => {
  await using folder = await temporaryFolder();
  const [dct, u8] = ["dct_512", "dct_512_u8"].map(readRepositoryManifest) as [
    ImageManifest,
    ImageManifest,
  ];
  const request = { manifest: u8, reference: dct, golden: patternInput(u8) };
  await using exported = await ExportedModel.make({
    ...request,
    folder: new ModelFolder(folder.path, u8.name),
    checkpoint: undefined,
  });
  assert.deepEqual(await weightlessGolden(request), exported.golden);
  const manifest = { ...u8, reference: { model: dct.name, cosine_min: 1.1 } };
  await assert.rejects(
    weightlessGolden({ ...request, manifest }),
    /^Error: Cannot export dct_512_u8: its cosine to dct_512 must be ≥ 1\.1/,
  );
});
