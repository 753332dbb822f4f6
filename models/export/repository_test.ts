import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { formatGolden, type Golden } from "../contract/golden.ts";
import { findStaleFiles, listModels, readManifest } from "./repository.ts";

const manifestText = await Deno.readTextFile("model_repository/dct_512/manifest.json");

/** A repository with one model, a folder without a manifest and a stray file. */
async function withRepository(run: (repository: string) => Promise<void>): Promise<void> {
  const repository = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${repository}/dct_512`);
    await Deno.mkdir(`${repository}/notes`);
    await Deno.writeTextFile(`${repository}/README.md`, "");
    await Deno.writeTextFile(`${repository}/dct_512/manifest.json`, manifestText);
    await run(repository);
  } finally {
    await Deno.remove(repository, { recursive: true });
  }
}

Deno.test("listModels() names folders with a manifest", async () => {
  await withRepository(async (repository) => {
    assert.deepEqual(await listModels(repository), ["dct_512"]);
  });
});

Deno.test("readManifest() rejects the manifest of another model", async () => {
  await withRepository(async (repository) => {
    await Deno.writeTextFile(`${repository}/notes/manifest.json`, manifestText);
    await assert.rejects(readManifest(repository, "notes"), {
      name: "SyntaxError",
      message: "Cannot read model manifest: name must be notes: current value is dct_512",
    });
  });
});

const config = "config";
const golden: Golden = {
  photo: "pattern",
  inputSha256: "a".repeat(64),
  modelSha256: createHash("sha256").update("model").digest("hex"),
  embedding: new Float32Array([1, 2]),
};

async function write(repository: string, files: Record<string, string>): Promise<void> {
  await Deno.mkdir(`${repository}/dct_512/1`, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${repository}/dct_512/${path}`, text);
  }
}

Deno.test("findStaleFiles() names missing files and changed ones", async () => {
  await withRepository(async (repository) => {
    const find = () => findStaleFiles(repository, "dct_512", { config, golden });
    assert.deepEqual(await find(), ["config.pbtxt", "golden.json"]);
    await write(repository, { "config.pbtxt": config, "golden.json": formatGolden(golden) });
    assert.deepEqual(await find(), []);
    await write(repository, {
      "config.pbtxt": "other",
      "golden.json": formatGolden({ ...golden, photo: "other" }),
    });
    assert.deepEqual(await find(), ["config.pbtxt", "golden.json"]);
  });
});

Deno.test("findStaleFiles() forgives the last bits of an embedding and nothing more", async () => {
  await withRepository(async (repository) => {
    const staleWhenShifted = async (shift: number) => {
      const embedding = golden.embedding.map((element) => element + shift);
      await write(repository, {
        "config.pbtxt": config,
        "golden.json": formatGolden({ ...golden, embedding }),
      });
      return await findStaleFiles(repository, "dct_512", { config, golden });
    };
    assert.deepEqual(await staleWhenShifted(1e-5), []);
    assert.deepEqual(await staleWhenShifted(1e-3), ["golden.json"]);
  });
});

Deno.test("findStaleFiles() asks of a model with weights that golden and ONNX file belong together", async () => {
  await withRepository(async (repository) => {
    const find = () => findStaleFiles(repository, "dct_512", { config, golden: undefined });
    await write(repository, { "config.pbtxt": config });
    assert.deepEqual(await find(), []);
    await write(repository, { "golden.json": formatGolden(golden) });
    assert.deepEqual(await find(), ["golden.json"]);
    await write(repository, { "1/model.onnx": "model" });
    assert.deepEqual(await find(), []);
    await write(repository, { "1/model.onnx": "other" });
    assert.deepEqual(await find(), ["golden.json"]);
  });
});
