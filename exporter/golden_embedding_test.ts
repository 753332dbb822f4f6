import assert from "node:assert/strict";
import { type ModelManifest, parseManifest } from "../model/manifest.ts";
import { patternInput } from "../testing/pattern_input.ts";
import { buildModel } from "./export_model.ts";
import { goldenEmbedding } from "./golden_embedding.ts";
import { OnnxGraph } from "./onnx_graph.ts";

const manifest = parseManifest(await Deno.readTextFile("model_repository/dct_512/manifest.json"));

/** A model that multiplies its input [1] by a factor. */
const tiny: ModelManifest = {
  ...manifest,
  input: { name: "x", datatype: "FP32", shape: [1] },
  output: { name: "y", datatype: "FP32", shape: [1] },
};
function scaleBy(factor: number): Uint8Array {
  const graph = new OnnxGraph();
  const factors = graph.constant("factor", [1], new Float32Array([factor]));
  graph.node("y", { type: "Mul" }, ["x", factors]);
  return graph.build({ ...tiny, metadata: {} });
}

Deno.test("goldenEmbedding() runs the model on one input", async () => {
  assert.deepEqual(
    await goldenEmbedding(scaleBy(3), tiny, new Float32Array([2])),
    new Float32Array([6]),
  );
});

Deno.test("goldenEmbedding() gives the whole embedding of a real model", async () => {
  const { input } = patternInput(manifest);
  const embedding = await goldenEmbedding(buildModel(manifest), manifest, input);
  assert.equal(embedding.length, 512);
  assert.ok(embedding.some((element) => Math.abs(element) > 0.5));
});

Deno.test("goldenEmbedding() rejects zeros and what is not finite", async () => {
  const message = "Cannot use the model as y must be finite and not only zeros";
  for (const factor of [0, NaN, Infinity]) {
    await assert.rejects(goldenEmbedding(scaleBy(factor), tiny, new Float32Array([2])), {
      message,
    });
  }
});

Deno.test("goldenEmbedding() rejects an output of another size or name", async () => {
  const input = new Float32Array([2]);
  const wide = { ...tiny, output: { ...tiny.output, shape: [2] } };
  await assert.rejects(goldenEmbedding(scaleBy(1), wide, input), {
    message: "Cannot use the model as y must hold 2 f32: current value is float32 [1,1]",
  });
  const renamed = { ...tiny, output: { ...tiny.output, name: "z" } };
  await assert.rejects(goldenEmbedding(scaleBy(1), renamed, input), {
    message: "Cannot use the model as z must hold 1 f32: current value is no such output",
  });
});
