import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { findModel, ModelNotFoundError, modelsOf, unknownModel } from "./find_model.ts";

/** A repository with models of these names. */
async function repositoryOf(...names: string[]) {
  const repository = await temporaryFolder();
  for (const name of names) {
    await Deno.mkdir(join(repository.path, name));
    await Deno.writeTextFile(join(repository.path, name, "manifest.json"), "{}");
  }
  return repository;
}

const rejects = (promise: Promise<unknown>, message: string) =>
  assert.rejects(promise, { constructor: ModelNotFoundError, name: "ModelNotFoundError", message });

Deno.test("findModel() gives the folder of a model", async () => {
  await using repository = await repositoryOf("a");
  assert.equal((await findModel(repository.path, "a")).path, join(repository.path, "a"));
});

Deno.test("findModel() names the models that there are, and the nearest one", async () => {
  await using repository = await repositoryOf("vit_b32", "dct_512");
  const { path } = repository;
  const cannot = (name: string) => `Cannot find model ${name} in repository ${path}: `;
  await rejects(
    findModel(path, "dct_521"),
    `${cannot("dct_521")}did you mean dct_512? there are dct_512, vit_b32`,
  );
  await rejects(findModel(path, "resnet"), `${cannot("resnet")}there are dct_512, vit_b32`);
});

Deno.test("unknownModel() says how a model of the hub is called", () => {
  const { message } = unknownModel("/models", "acme/photo-clip", ["dct_512"]);
  assert.equal(
    message,
    "Cannot find model acme/photo-clip in repository /models: one of the model hub is hf-hub:OWNER/NAME; " +
      "there are dct_512",
  );
});

Deno.test("findModel() tells an empty repository from one that is not there or no folder", async () => {
  await using repository = await repositoryOf();
  const { path } = repository;
  await rejects(
    findModel(path, "a"),
    `Cannot find model a in repository ${path}: it has no folder with a manifest.json: ` +
      "deno task model a --repository DIR begins one",
  );
  const [absent, file] = [join(path, "absent"), join(path, "file")];
  await Deno.writeTextFile(file, "");
  await rejects(
    modelsOf(absent),
    `Cannot read model repository ${absent}: there is no such folder`,
  );
  await rejects(findModel(file, "a"), `Cannot read model repository ${file}: it is no folder`);
});

Deno.test("findModel() tells a model that cannot be read from one that is not there", async () => {
  await using repository = await repositoryOf();
  const { path } = repository;
  // Nobody can follow it, root included, whom no permission stops.
  await Deno.symlink(join(path, "a"), join(path, "a"));
  await assert.rejects(findModel(path, "a"), (error: Error) => {
    assert.ok(error instanceof ModelNotFoundError);
    assert.match(error.message, /^Cannot read model a in repository .*: Too many levels of /);
    return true;
  });
});
