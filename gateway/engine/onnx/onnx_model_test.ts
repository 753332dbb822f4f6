import assert from "node:assert/strict";
import { buildDctModel, readDctManifest } from "../../../testing/dct_model.ts";
import { OnnxModel } from "./onnx_model.ts";

const { input, output } = readDctManifest();

Deno.test("OnnxModel says what it loaded, and gives rows that are the caller's own", async () => {
  const slots = new SharedArrayBuffer(2 * 602_112);
  const model = await OnnxModel.load({ model: buildDctModel(), input, output, slots, threads: 1 });
  assert.deepEqual([model.about.inputNames, model.about.outputNames], [["image"], ["embedding"]]);
  assert.match(model.about.runtime, /^onnxruntime \d/);
  const first = await model.run([0, 1]);
  const kept = first.slice();
  new Float32Array(slots).fill(1);
  await model.run([0, 1]);
  assert.equal(first.length, 1024);
  assert.deepEqual(first, kept);
});

Deno.test("OnnxModel.run() has no output that the model does not give", async () => {
  const slots = new SharedArrayBuffer(602_112);
  const other = { ...output, name: "other" };
  const settings = { model: buildDctModel(), input, output: other, slots, threads: 1 };
  const model = await OnnxModel.load(settings);
  await assert.rejects(model.run([0]));
});
