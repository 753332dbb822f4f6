import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { formatGolden, type Golden } from "../contract/golden.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { type ModelFile, ModelFolder } from "../repository/model_folder.ts";
import { findStaleFiles } from "./stale_files.ts";

const config = "config";
const golden: Golden = {
  sample: { photo: "pattern" },
  inputSha256: "a".repeat(64),
  modelSha256: createHash("sha256").update("model").digest("hex"),
  embedding: new Float32Array([1, 2]),
};

async function write(
  folder: ModelFolder,
  files: Partial<Record<ModelFile, string>>,
): Promise<void> {
  await Deno.mkdir(`${folder.path}/1`, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await Deno.writeTextFile(folder.pathOf(file as ModelFile), text);
  }
}

Deno.test("findStaleFiles() names missing files and changed ones", async () => {
  await using repository = await temporaryFolder();
  const folder = new ModelFolder(repository.path, "dct_512");
  const find = () => findStaleFiles(folder, { config, golden });
  assert.deepEqual(await find(), ["config.pbtxt", "golden.json"]);
  await write(folder, { "config.pbtxt": config, "golden.json": formatGolden(golden) });
  assert.deepEqual(await find(), []);
  await write(folder, {
    "config.pbtxt": "other",
    "golden.json": formatGolden({ ...golden, sample: { photo: "other" } }),
  });
  assert.deepEqual(await find(), ["config.pbtxt", "golden.json"]);
});

Deno.test("findStaleFiles() forgives the last bits of an embedding and nothing more", async () => {
  await using repository = await temporaryFolder();
  const folder = new ModelFolder(repository.path, "dct_512");
  const staleWhenShifted = async (shift: number) => {
    const embedding = golden.embedding.map((element) => element + shift);
    await write(folder, {
      "config.pbtxt": config,
      "golden.json": formatGolden({ ...golden, embedding }),
    });
    return await findStaleFiles(folder, { config, golden });
  };
  assert.deepEqual(await staleWhenShifted(1e-5), []);
  assert.deepEqual(await staleWhenShifted(1e-3), ["golden.json"]);
});

Deno.test("findStaleFiles() asks of a model with weights that golden and ONNX file belong together", async () => {
  await using repository = await temporaryFolder();
  const folder = new ModelFolder(repository.path, "dct_512");
  const find = () => findStaleFiles(folder, { config, golden: undefined });
  await write(folder, { "config.pbtxt": config });
  assert.deepEqual(await find(), []);
  await write(folder, { "golden.json": formatGolden(golden) });
  assert.deepEqual(await find(), ["golden.json"]);
  await write(folder, { "model.onnx": "model" });
  assert.deepEqual(await find(), []);
  await write(folder, { "model.onnx": "other" });
  assert.deepEqual(await find(), ["golden.json"]);
});
