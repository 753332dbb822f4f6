import assert from "node:assert/strict";
import { TestRepository } from "./test_repository.ts";

Deno.test("TestRepository.create() copies, renames, edits and scripts models, and goes away", async () => {
  const repository = await TestRepository.create([
    { source: "dct_512", edit: (config) => `${config}# edited\n` },
    { source: "dct_512", name: "moody", scripted: true },
  ]);
  const read = (path: string) => Deno.readTextFile(`${repository.path}/${path}`);
  try {
    assert.match(await read("dct_512/config.pbtxt"), /backend: "onnxruntime"[^]*# edited/);
    const config = await read("moody/config.pbtxt");
    assert.match(config, /name: "moody"[^]*backend: "scripted"/);
    assert(config.includes(`string_value: "${repository.path}/moody/script.json"`));

    await repository.write({ source: "openclip_vit_b32_text" });
    assert.match(await read("openclip_vit_b32_text/config.pbtxt"), /dims: \[ 77 \]/);
    // A stand-in's weights.
    assert((await Deno.stat(`${repository.path}/openclip_vit_b32_text/1/model.onnx`)).size < 1e7);

    await repository.setScript("moody", { delay_ms: 5 });
    assert.deepEqual(JSON.parse(await read("moody/script.json")), { delay_ms: 5 });
  } finally {
    await repository[Symbol.asyncDispose]();
  }
  await assert.rejects(Deno.stat(repository.path), Deno.errors.NotFound);
});
