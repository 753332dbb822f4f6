import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { MODEL_REPOSITORY } from "../../testing/models/repository_manifests.ts";
import { ModelFolder } from "../repository/model_folder.ts";
import { beginModel, referenceManifest } from "./own_manifests.ts";

Deno.test("beginModel() begins a repository that is not there by this project's manifest, once", async () => {
  await using parent = await temporaryFolder();
  const repository = join(parent.path, "new", "models");
  const { folder, isNew } = await beginModel(repository, "dct_512");
  assert.ok(isNew);
  assert.deepEqual(
    await folder.manifest(),
    await new ModelFolder(MODEL_REPOSITORY, "dct_512").manifest(),
  );
  assert.equal((await beginModel(repository, "dct_512")).isNew, false);
});

Deno.test("beginModel() leaves a manifest that is there as it is", async () => {
  await using repository = await temporaryFolder();
  const path = join(repository.path, "dct_512");
  await Deno.mkdir(path);
  await Deno.writeTextFile(join(path, "manifest.json"), "mine");
  assert.equal((await beginModel(repository.path, "dct_512")).isNew, false);
  assert.equal(await Deno.readTextFile(join(path, "manifest.json")), "mine");
});

Deno.test("beginModel() makes no folder for a name that nobody knows, and says which there are", async () => {
  await using parent = await temporaryFolder();
  const repository = join(parent.path, "new");
  await assert.rejects(beginModel(repository, "dct_521"), {
    name: "ModelNotFoundError",
    message: /^Cannot find model dct_521 in repository .*model_repository: did you mean dct_512\? /,
  });
  await Deno.mkdir(repository);
  await assert.rejects(beginModel(repository, "dct_521"), {
    message: /^Cannot find model dct_521 in repository .*new: it has no folder with a manifest/,
  });
  assert.deepEqual(await Array.fromAsync(Deno.readDir(repository)), []);
});

Deno.test("beginModel() begins nothing where a file is in its way", async () => {
  await using parent = await temporaryFolder();
  const repository = join(parent.path, "file");
  await Deno.writeTextFile(repository, "");
  await assert.rejects(beginModel(repository, "dct_512"), {
    message: `Cannot read model repository ${repository}: it is no folder`,
  });
});

Deno.test("beginModel() says where it may not write", async () => {
  await using parent = await temporaryFolder();
  // A link to nowhere stops root as well, whom no permission does.
  const repository = join(parent.path, "link");
  await Deno.symlink(join(parent.path, "nowhere"), repository);
  await assert.rejects(beginModel(repository, "dct_512"), {
    name: "ModelNotFoundError",
    message: /^Cannot begin model .*link.dct_512: /,
  });
});

Deno.test("referenceManifest() is the repository's, else this project's", async () => {
  await using repository = await temporaryFolder();
  const { folder } = await beginModel(repository.path, "dct_512");
  const text = await Deno.readTextFile(folder.pathOf("manifest.json"));
  await Deno.writeTextFile(
    folder.pathOf("manifest.json"),
    text.replace(/"max_batch_size": \d+/, '"max_batch_size": 33'),
  );
  assert.equal((await referenceManifest(repository.path, "dct_512")).max_batch_size, 33);
  assert.equal((await referenceManifest(repository.path, "openclip_vit_b32")).max_batch_size, 32);
  await assert.rejects(referenceManifest(repository.path, "nobody"), /there is no .*nobody/);
});
