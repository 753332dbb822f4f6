import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sha256 } from "../../testing/digest.ts";
import { buildDctModel, MODEL_REPOSITORY, readDctManifest } from "../../testing/dct_model.ts";
import { findModel, readModelDescription } from "./model_folder.ts";

/** A repository of its own, with copies of what describes `dct_512`. */
async function temporaryRepository(): Promise<AsyncDisposable & { url: URL }> {
  const folder = await Deno.makeTempDir();
  const url = pathToFileURL(`${folder}/`);
  await Deno.mkdir(new URL("dct_512/1", url), { recursive: true });
  for (const name of ["manifest.json", "golden.json"]) {
    await Deno.copyFile(
      new URL(`dct_512/${name}`, MODEL_REPOSITORY),
      new URL(`dct_512/${name}`, url),
    );
  }
  return { url, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

Deno.test("readModelDescription() reads manifest and golden record of a model", async () => {
  const { manifest, golden } = await readModelDescription(MODEL_REPOSITORY, "dct_512");
  assert.deepEqual(manifest, readDctManifest());
  assert.equal(golden.embedding.length, 512);
  assert.equal(golden.modelSha256, sha256(buildDctModel()));
});

Deno.test("readModelDescription() names the file that is missing, and refuses one that is malformed", async () => {
  await using repository = await temporaryRepository();
  const missing = readModelDescription(repository.url, "vit");
  await assert.rejects(
    missing,
    /^Error: Cannot serve model vit: .*vit\/\w+\.json is not readable; deno task model vit makes it$/,
  );
  await Deno.writeTextFile(new URL("dct_512/manifest.json", repository.url), "{}");
  const malformed = readModelDescription(repository.url, "dct_512");
  await assert.rejects(malformed, /^SyntaxError: Cannot read model manifest/);
  await Deno.remove(new URL("dct_512/golden.json", repository.url));
  const halved = readModelDescription(repository.url, "dct_512");
  await assert.rejects(halved, /golden\.json is not readable; deno task model dct_512 makes it$/);
});

Deno.test("findModel() builds a model without weights where its file is not there", async () => {
  await using repository = await temporaryRepository();
  const { model, modelDigest } = await findModel(repository.url, readDctManifest());
  assert.ok(model instanceof Uint8Array);
  assert.equal(sha256(model), sha256(buildDctModel()));
  assert.equal(modelDigest, sha256(model));
});

Deno.test("findModel() names the file where it is there, whatever it holds", async () => {
  await using repository = await temporaryRepository();
  const file = Uint8Array.of(1, 2, 3);
  await Deno.writeFile(new URL("dct_512/1/model.onnx", repository.url), file);
  const { model, modelDigest } = await findModel(repository.url, readDctManifest());
  assert.equal(model, fileURLToPath(new URL("dct_512/1/model.onnx", repository.url)));
  assert.equal(modelDigest, sha256(file));
});

Deno.test("findModel() builds nothing in place of a file that is there but cannot be read", async () => {
  await using repository = await temporaryRepository();
  await Deno.mkdir(new URL("dct_512/1/model.onnx", repository.url));
  await assert.rejects(findModel(repository.url, readDctManifest()), /directory/i);
});
