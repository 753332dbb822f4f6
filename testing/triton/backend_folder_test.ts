import assert from "node:assert/strict";
import { fillBackendFolder } from "./backend_folder.ts";

Deno.test("fillBackendFolder() lays out a folder a backend", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/stub`, "program");
    await fillBackendFolder(`${folder}/backends`, { pythonBackend: [`${folder}/stub`] });
    assert.equal(await Deno.readTextFile(`${folder}/backends/python/stub`), "program");
    for (const name of ["onnxruntime", "scripted"]) {
      const model = await Deno.readTextFile(`${folder}/backends/${name}/model.py`);
      assert.match(model, /class TritonPythonModel/);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
