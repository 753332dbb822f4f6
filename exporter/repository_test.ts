import assert from "node:assert/strict";
import { parseGolden } from "../model/golden.ts";
import { patternInput } from "../testing/pattern_input.ts";
import {
  findStaleFiles,
  listModels,
  makeModelFiles,
  readManifest,
  writeModelFiles,
} from "./repository.ts";

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

async function makeFiles(repository: string) {
  const manifest = await readManifest(repository, "dct_512");
  return await makeModelFiles(manifest, patternInput(manifest));
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

Deno.test("makeModelFiles() puts the digests of input and model into golden.json", async () => {
  await withRepository(async (repository) => {
    const files = await makeFiles(repository);
    assert.deepEqual(files.map(({ path }) => path), [
      "1/model.onnx",
      "config.pbtxt",
      "golden.json",
    ]);
    const golden = parseGolden(new TextDecoder().decode(files[2]?.content));
    assert.equal(golden.photo, "pattern");
    assert.equal(golden.modelSha256, files[0]?.sha256);
    assert.match(golden.inputSha256, /^[0-9a-f]{64}$/);
    assert.equal(golden.embedding.length, 512);
  });
});

Deno.test("findStaleFiles() accepts what writeModelFiles() wrote, with or without the model", async () => {
  await withRepository(async (repository) => {
    const files = await makeFiles(repository);
    await writeModelFiles(repository, "dct_512", files);
    assert.deepEqual(await findStaleFiles(repository, "dct_512", files), []);
    await Deno.remove(`${repository}/dct_512/1/model.onnx`);
    assert.deepEqual(await findStaleFiles(repository, "dct_512", files), []);
  });
});

Deno.test("findStaleFiles() names missing files and changed ones", async () => {
  await withRepository(async (repository) => {
    const files = await makeFiles(repository);
    const expected = ["config.pbtxt", "golden.json"];
    assert.deepEqual(await findStaleFiles(repository, "dct_512", files), expected);
    await writeModelFiles(repository, "dct_512", files);
    for (const path of expected) {
      const text = await Deno.readTextFile(`${repository}/dct_512/${path}`);
      await Deno.writeTextFile(
        `${repository}/dct_512/${path}`,
        text.replace("max_batch_size: 32", "max_batch_size: 64").replace("pattern", "other"),
      );
    }
    assert.deepEqual(await findStaleFiles(repository, "dct_512", files), expected);
  });
});

Deno.test("findStaleFiles() forgives the last bits of an embedding and nothing more", async () => {
  await withRepository(async (repository) => {
    const files = await makeFiles(repository);
    const golden = JSON.parse(new TextDecoder().decode(files[2]?.content));
    const staleWhenShifted = async (shift: number) => {
      const shifted = new Float32Array(Uint8Array.fromBase64(golden.embedding).buffer)
        .map((element) => element + shift);
      const embedding = new Uint8Array(shifted.buffer).toBase64();
      await writeModelFiles(repository, "dct_512", files);
      await Deno.writeTextFile(
        `${repository}/dct_512/golden.json`,
        JSON.stringify({ ...golden, embedding }),
      );
      return await findStaleFiles(repository, "dct_512", files);
    };
    assert.deepEqual(await staleWhenShifted(1e-5), []);
    assert.deepEqual(await staleWhenShifted(1e-3), ["golden.json"]);
  });
});
