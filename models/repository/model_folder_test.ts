import assert from "node:assert/strict";
import { join } from "node:path";
import { buildDctModel, DCT_MODEL, readDctManifest } from "../../testing/dct_model.ts";
import { sha256 } from "../../testing/digest.ts";
import { MODELS } from "../../testing/models/repository_manifests.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { isVersion, listModels, listVersions, ModelFolder } from "./model_folder.ts";

/** A repository with copies of what describes `dct_512`, a folder without a manifest and a stray file. */
async function temporaryRepository(): Promise<AsyncDisposable & { path: string }> {
  const repository = await temporaryFolder();
  const copy = new ModelFolder(repository.path, "dct_512");
  await Deno.mkdir(join(copy.path, "1"), { recursive: true });
  for (const file of ["manifest.json", "golden.json"] as const) {
    await Deno.copyFile(DCT_MODEL.pathOf(file), copy.pathOf(file));
  }
  await Deno.mkdir(join(repository.path, "notes"));
  await Deno.writeTextFile(join(repository.path, "README.md"), "");
  return repository;
}

Deno.test("listModels() names folders with a manifest, and links to such", async () => {
  await using repository = await temporaryRepository();
  assert.deepEqual(await listModels(repository.path), ["dct_512"]);
  await Deno.symlink("dct_512", join(repository.path, "linked"));
  assert.deepEqual(await listModels(repository.path), ["dct_512", "linked"]);
});

Deno.test("ModelFolder reads the manifest of every model in the repository, whatever its path is written as", async () => {
  assert.ok(MODELS.includes("dct_512"));
  for (const name of MODELS) {
    assert.equal((await new ModelFolder("model_repository", name).manifest()).name, name);
    assert.equal((await new ModelFolder("./model_repository/", name).manifest()).name, name);
  }
});

Deno.test("ModelFolder reads manifest and golden record of a model", async () => {
  const [manifest, golden] = [await DCT_MODEL.manifest(), await DCT_MODEL.golden()];
  assert.deepEqual(manifest, readDctManifest());
  assert.equal(golden.embedding.length, 512);
  assert.equal(golden.modelSha256, sha256(buildDctModel()));
});

Deno.test("ModelFolder.digest() covers the ONNX file and its data", async () => {
  await using repository = await temporaryFolder();
  const folder = new ModelFolder(repository.path, "large");
  assert.equal(await folder.digest(), undefined);
  await Deno.mkdir(`${folder.path}/1`, { recursive: true });
  await Deno.writeTextFile(folder.pathOf("model.onnx"), "model");
  const digests = [await folder.digest()];
  for (const data of ["data", "other"]) {
    await Deno.writeTextFile(folder.pathOf("model.onnx.data"), data);
    digests.push(await folder.digest());
  }
  assert.equal(digests[0], sha256(new TextEncoder().encode("model")));
  assert.equal(new Set(digests).size, 3);
});

Deno.test("ModelFolder names the file that is missing, and refuses one that is malformed", async () => {
  await using repository = await temporaryRepository();
  const missing = new ModelFolder(repository.path, "vit");
  for (const read of [() => missing.manifest(), () => missing.golden()]) {
    await assert.rejects(
      read(),
      /^Error: Cannot serve model vit: there is no .*vit\/\w+\.json; deno task model vit makes it$/,
    );
  }
  const folder = new ModelFolder(repository.path, "dct_512");
  await Deno.writeTextFile(folder.pathOf("manifest.json"), "{}");
  await assert.rejects(
    folder.manifest(),
    /^SyntaxError: Cannot serve model dct_512: .*dct_512\/manifest\.json is malformed: Cannot read model manifest/,
  );
  await Deno.writeTextFile(folder.pathOf("golden.json"), "{");
  await assert.rejects(folder.golden(), /dct_512\/golden\.json is malformed: /);
  await Deno.remove(folder.pathOf("golden.json"));
  await assert.rejects(
    folder.golden(),
    /there is no .*golden\.json; deno task model dct_512 makes it$/,
  );
});

Deno.test("ModelFolder.manifest() rejects the manifest of another model", async () => {
  await using repository = await temporaryRepository();
  const folder = new ModelFolder(repository.path, "notes");
  await Deno.copyFile(DCT_MODEL.pathOf("manifest.json"), folder.pathOf("manifest.json"));
  await assert.rejects(folder.manifest(), {
    name: "SyntaxError",
    message: "Cannot read model manifest: name must be notes: current value is dct_512",
  });
});

Deno.test("ModelFolder.byteLength() counts a large model's data, and nothing where no model is made", async () => {
  await using repository = await temporaryRepository();
  const folder = new ModelFolder(repository.path, "dct_512");
  assert.equal(await folder.byteLength(), undefined);
  await Deno.writeFile(folder.pathOf("model.onnx"), new Uint8Array(5));
  assert.equal(await folder.byteLength(), 5);
  await Deno.writeFile(folder.pathOf("model.onnx.data"), new Uint8Array(7));
  assert.equal(await folder.byteLength(), 12);
});

Deno.test("ModelFolder.onnx() builds a model without weights where its file is not there", async () => {
  await using repository = await temporaryRepository();
  const { model, modelDigest } = await new ModelFolder(repository.path, "dct_512").onnx();
  assert.ok(model instanceof Uint8Array);
  assert.equal(sha256(model), sha256(buildDctModel()));
  assert.equal(modelDigest, sha256(model));
});

Deno.test("ModelFolder.onnx() names the file where it is there", async () => {
  await using repository = await temporaryRepository();
  const folder = new ModelFolder(repository.path, "dct_512");
  await Deno.writeFile(folder.pathOf("model.onnx"), buildDctModel());
  const { model, modelDigest, modelBytes } = await folder.onnx();
  assert.deepEqual([modelBytes, await folder.byteLength()], Array(2).fill(buildDctModel().length));
  assert.equal(model, join(repository.path, "dct_512/1/model.onnx"));
  assert.equal(modelDigest, sha256(buildDctModel()));
  await folder.assertExported();
});

Deno.test("ModelFolder refuses a file of which one bit is another than was exported", async () => {
  await using repository = await temporaryRepository();
  const folder = new ModelFolder(repository.path, "dct_512");
  const file = buildDctModel();
  const exported = sha256(file);
  file[file.length >> 1] = (file[file.length >> 1] as number) ^ 1;
  await Deno.writeFile(folder.pathOf("model.onnx"), file);
  const refusal = {
    name: "Error",
    message: `Cannot serve model dct_512 as SHA-256 of ${folder.pathOf("model.onnx")} must be ` +
      `${exported}, which golden.json has of the exported one: it is ${sha256(file)}; ` +
      "deno task model dct_512 makes both anew, elsewhere with --repository",
  };
  await assert.rejects(folder.onnx(), refusal);
  await assert.rejects(folder.assertExported(), refusal);
});

Deno.test("ModelFolder.onnx() refuses to build another model than was exported", async () => {
  await using repository = await temporaryRepository();
  const folder = new ModelFolder(repository.path, "dct_512");
  const golden = JSON.parse(await Deno.readTextFile(folder.pathOf("golden.json")));
  const changed = { ...golden, model_sha256: "0".repeat(64) };
  await Deno.writeTextFile(folder.pathOf("golden.json"), JSON.stringify(changed));
  await assert.rejects(folder.onnx(), /SHA-256 of the model that is built here must be 0{64}/);
  // A server's file may be elsewhere.
  await folder.assertExported();
});

Deno.test("ModelFolder.onnx() builds nothing in place of a file that is there but cannot be read", async () => {
  await using repository = await temporaryRepository();
  const folder = new ModelFolder(repository.path, "dct_512");
  await Deno.mkdir(folder.pathOf("model.onnx"));
  await assert.rejects(
    folder.onnx(),
    /^Error: Cannot serve model dct_512: .*model\.onnx is not readable: .*directory/i,
  );
});

Deno.test("isVersion() takes what Triton takes for a version", () => {
  for (const name of ["1", "2", "10", "20260701"]) assert.ok(isVersion(name), name);
  for (const name of ["0", "01", "1.5", "-1", "v1", "", " 1", "1".repeat(19)]) {
    assert.ok(!isVersion(name), name);
  }
});

Deno.test("listVersions() names those with an ONNX file, in the order of numbers", async () => {
  await using repository = await temporaryRepository();
  const folder = new ModelFolder(repository.path, "dct_512");
  for (const version of ["10", "2", "3", "notes"]) {
    await Deno.mkdir(join(folder.path, version));
    if (version !== "3") await Deno.writeTextFile(join(folder.path, version, "model.onnx"), "");
  }
  assert.deepEqual(await listVersions(folder), ["2", "10"]);
});

Deno.test("ModelFolder of another version has files of its own, and the model's configuration and vocabulary", async () => {
  await using repository = await temporaryRepository();
  const second = new ModelFolder(repository.path, "dct_512", "2");
  const path = join(repository.path, "dct_512");
  assert.equal(second.pathOf("model.onnx"), `${path}/2/model.onnx`);
  assert.equal(second.pathOf("golden.json"), `${path}/2/golden.json`);
  for (const file of ["manifest.json", "config.pbtxt", "vocabulary.txt"] as const) {
    assert.equal(second.pathOf(file), `${path}/${file}`);
  }
  await assert.rejects(
    second.golden(),
    /there is no .*dct_512\/2\/golden\.json; deno task model dct_512 --model-version 2 makes it$/,
  );
  assert.equal((await second.manifest()).license, "MIT");
  await Deno.mkdir(join(path, "2"));
  const own = { ...await second.manifest(), license: "another" };
  await Deno.writeTextFile(second.ownManifestPath, JSON.stringify(own));
  assert.equal((await second.manifest()).license, "another");
  assert.equal((await new ModelFolder(repository.path, "dct_512").manifest()).license, "MIT");
});
