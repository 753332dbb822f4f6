import assert from "node:assert/strict";
import { readRepositoryManifest } from "../../testing/models/repository_manifests.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { embeddingSpace } from "../contract/embedding_space.ts";
import type { ModelManifest } from "../contract/manifest.ts";
import { ModelFolder } from "../repository/model_folder.ts";
import { describeModels, formatModels } from "./model_list.ts";

const dct = readRepositoryManifest("dct_512");
const vit = readRepositoryManifest("openclip_vit_b32");

/** A repository with these models and versions, each ONNX file of so many bytes. */
async function repositoryOf(models: readonly [ModelManifest, Readonly<Record<string, number>>][]) {
  const folder = await temporaryFolder();
  for (const [manifest, versions] of models) {
    const model = new ModelFolder(folder.path, manifest.name);
    await Deno.mkdir(model.path);
    await Deno.writeTextFile(model.pathOf("manifest.json"), JSON.stringify(manifest));
    for (const [version, byteLength] of Object.entries(versions)) {
      await Deno.mkdir(`${model.path}/${version}`);
      await Deno.writeFile(`${model.path}/${version}/model.onnx`, new Uint8Array(byteLength));
    }
  }
  return {
    ...folder,
    names: models.map(([{ name }]) => name),
    options: { repository: folder.path, cache: `${folder.path}/cache` },
  };
}

Deno.test("describeModels() has a row a version, and one for a model that is not made", async () => {
  await using repository = await repositoryOf([[dct, { 2: 1500, 10: 10 }], [vit, {}]]);
  const row = {
    modality: "image",
    input: "224 px",
    dim: 512,
    checkpointBytes: undefined,
  };
  assert.deepEqual(await describeModels(repository.names, repository.options), [
    ...[["2", 1500], ["10", 10]].map(([version, onnxBytes]) => ({
      ...row,
      model: "dct_512",
      space: embeddingSpace(dct),
      checkpoint: "none",
      version,
      onnxBytes,
    })),
    {
      ...row,
      model: "openclip_vit_b32",
      space: embeddingSpace(vit),
      checkpoint: "remote",
      version: undefined,
      onnxBytes: undefined,
    },
  ]);
});

Deno.test("describeModels() tells a version's own space, and a checkpoint that is here", async () => {
  await using repository = await repositoryOf([[vit, { 1: 1, 2: 1 }]]);
  const first = new ModelFolder(repository.path, vit.name);
  await Deno.writeFile(first.pathOf("model.onnx.data"), new Uint8Array(20));
  const second = new ModelFolder(repository.path, vit.name, "2");
  const weights = { repo: "a/b", revision: "main", file: "w.safetensors" };
  const own = { ...vit, weights };
  await Deno.writeTextFile(second.ownManifestPath, JSON.stringify(own));
  await Deno.mkdir(`${repository.options.cache}/a/b/main`, { recursive: true });
  await Deno.writeFile(`${repository.options.cache}/a/b/main/w.safetensors`, new Uint8Array(7));
  const rows = await describeModels(repository.names, repository.options);
  assert.deepEqual(
    rows.map((row) => [row.space, row.onnxBytes, row.checkpoint, row.checkpointBytes]),
    [
      [embeddingSpace(vit), 21, "remote", undefined],
      [embeddingSpace(own), 1, "local", 7],
    ],
  );
});

Deno.test("formatModels() has columns that fit a terminal, and says what is still to do", async () => {
  await using repository = await repositoryOf([[dct, { 1: 1500 }], [vit, { 3: 2_000_000 }]]);
  await Deno.mkdir(`${repository.path}/${vit.name}/4`);
  const table = formatModels(await describeModels(repository.names, repository.options));
  assert.deepEqual(table.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | ")), [
    "Model | Version | Takes | Dim | Embedding space | ONNX file | Checkpoint",
    `dct_512 | 1 | image, 224 px | 512 | ${embeddingSpace(dct)} | 2 kB`,
    `openclip_vit_b32 | 3 | image, 224 px | 512 | ${embeddingSpace(vit)} | 2 MB | to download`,
  ]);
  const longest = "clip_vit_b_16_laion400m_e32_text";
  await using other = await repositoryOf([[{ ...vit, name: longest }, { 1: 2_000_000 }]]);
  const lines = formatModels(await describeModels(other.names, other.options)).split("\n");
  assert.ok(lines.every((line) => line.length <= 110), lines.join("\n"));
});
