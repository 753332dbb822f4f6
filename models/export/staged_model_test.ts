import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { ModelFolder } from "../repository/model_folder.ts";
import { StagedModel } from "./staged_model.ts";

const model = new TextEncoder().encode("model");
const data = new TextEncoder().encode("data");

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("StagedModel keeps files apart until they get their place, and has the digest that ModelFolder reads", async () => {
  await using repository = await temporaryFolder();
  const folder = new ModelFolder(repository.path, "large");
  await using staged = await StagedModel.write(folder.path, { model: [model], data: [data] });
  assert.equal(staged.byteLength, 9);
  assert.deepEqual(await Deno.readFile(staged.path), model);
  assert.equal(await folder.has("model.onnx"), false);
  assert.deepEqual(await staged.moveTo(`${folder.path}/1`), [
    folder.pathOf("model.onnx"),
    folder.pathOf("model.onnx.data"),
  ]);
  assert.deepEqual(namesIn(folder.path), ["1"]);
  assert.equal(await folder.digest(), staged.sha256);
});

Deno.test("StagedModel in one file has that file's digest, and takes away data of the one before", async () => {
  await using repository = await temporaryFolder();
  const folder = new ModelFolder(repository.path, "large");
  for (const files of [{ model: [model], data: [data] }, { model: [model], data: [] }]) {
    await using staged = await StagedModel.write(folder.path, files);
    await staged.moveTo(`${folder.path}/1`);
  }
  assert.deepEqual(namesIn(`${folder.path}/1`), ["model.onnx"]);
  assert.equal(await folder.digest(), createHash("sha256").update(model).digest("hex"));
});

Deno.test("StagedModel leaves nothing when it is not wanted, or cannot be written", async () => {
  await using folder = await temporaryFolder();
  await (await StagedModel.write(folder.path, { model: [model], data: [] }))[Symbol.asyncDispose]();
  const broken = { byteLength: 1, load: () => Promise.reject(new Error("unread")) };
  for (const files of [{ model: [broken], data: [] }, { model: [model], data: [broken] }]) {
    await assert.rejects(StagedModel.write(folder.path, files), { message: "unread" });
  }
  assert.deepEqual(namesIn(folder.path), []);
});
