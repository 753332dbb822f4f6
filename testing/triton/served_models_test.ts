import assert from "node:assert/strict";
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { MODEL_REPOSITORY } from "../models/repository_manifests.ts";
import { prepareModels, weightlessModel } from "./served_models.ts";

const shipped = (name: string) => new ModelFolder(MODEL_REPOSITORY, name);

Deno.test("prepareModels() completes models without weights and names those that lack them", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["dct_512", "openclip_vit_b32"]) {
      await Deno.mkdir(`${folder}/${name}`);
      await Deno.copyFile(shipped(name).pathOf("manifest.json"), `${folder}/${name}/manifest.json`);
    }
    await Deno.mkdir(`${folder}/foreign/1`, { recursive: true });
    await Deno.writeTextFile(`${folder}/foreign/config.pbtxt`, "");
    await Deno.writeTextFile(`${folder}/foreign/1/model.py`, "");
    await Deno.mkdir(`${folder}/empty`);
    await Deno.writeTextFile(`${folder}/README.md`, "");

    assert.deepEqual(await prepareModels(folder), {
      complete: ["dct_512", "foreign"],
      incomplete: ["empty", "openclip_vit_b32"],
    });
    const config = await Deno.readTextFile(`${folder}/dct_512/config.pbtxt`);
    assert.match(config, /name: "dct_512"/);
    assert((await Deno.stat(`${folder}/dct_512/1/model.onnx`)).size > 1000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("weightlessModel() tells models with weights", async () => {
  assert.equal(await weightlessModel(shipped("openclip_vit_b32")), undefined);
});
