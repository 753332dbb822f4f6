import assert from "node:assert/strict";
import { goldenText } from "../../testing/models/golden_text.ts";
import {
  readRepositoryManifest,
  readTextManifest,
} from "../../testing/models/repository_manifests.ts";
import { standInModel } from "../../testing/models/stand_in_model.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { patternInput } from "../../testing/pattern_input.ts";
import { buildModel } from "../graph/build_model.ts";
import { goldenEmbedding } from "./golden_embedding.ts";
import { OnnxGraph } from "../graph/onnx_graph.ts";

/** A model that multiplies its input [1] by a factor. */
const tiny = {
  name: "tiny",
  input: { name: "x", datatype: "FP32" as const, shape: [1] },
  output: { name: "y", datatype: "FP32" as const, shape: [1] },
};
const two = { crop: new Uint8Array([2]), input: new Float32Array([2]) };

function scaleBy(factor: number): Uint8Array {
  const graph = new OnnxGraph();
  const factors = graph.constant("factor", [1], new Float32Array([factor]));
  graph.node("y", { type: "Mul" }, ["x", factors]);
  return graph.build({ ...tiny, metadata: {} });
}

async function embed(model: Uint8Array, ...rest: ParametersBehindPath): Promise<Float32Array> {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/model.onnx`;
  await Deno.writeFile(path, model);
  return await goldenEmbedding(path, ...rest);
}

type ParametersBehindPath = Parameters<typeof goldenEmbedding> extends [unknown, ...infer Rest]
  ? Rest
  : never;

Deno.test("goldenEmbedding() runs the model on one input", async () => {
  assert.deepEqual(await embed(scaleBy(3), tiny, two), new Float32Array([6]));
});

Deno.test("goldenEmbedding() gives a model of bytes the crop, and one of floats the input", async () => {
  const embeddings = [];
  for (const name of ["dct_512", "dct_512_u8"]) {
    const manifest = readRepositoryManifest(name);
    embeddings.push(await embed(buildModel(manifest), manifest, patternInput(manifest)));
  }
  const [floats, bytes] = embeddings as [Float32Array, Float32Array];
  assert.equal(floats.length, 512);
  assert.ok(floats.some((element) => Math.abs(element) > 0.5));
  floats.forEach((element, index) =>
    assert.ok(Math.abs(element - (bytes[index] as number)) < 1e-5, `element ${index}`)
  );
});

Deno.test("goldenEmbedding() gives a model of texts ids, and refuses it a picture", async () => {
  const manifest = readTextManifest("openclip_vit_b32_text");
  const model = await standInModel(manifest);
  const { ids } = goldenText(manifest);
  const embedding = await goldenEmbedding(model, manifest, { ids });
  assert.equal(embedding.length, 512);
  ids[1] = 5;
  assert.notDeepEqual(await goldenEmbedding(model, manifest, { ids }), embedding);
  await assert.rejects(goldenEmbedding(model, manifest, two), {
    name: "TypeError",
    message: "Cannot make INT32 of a picture",
  });
  await assert.rejects(embed(scaleBy(3), tiny, { ids }), /Cannot make FP32 of ids/);
});

Deno.test("goldenEmbedding() rejects zeros and what is not finite", async () => {
  const message = "Cannot use the model as y must be finite and not only zeros";
  for (const factor of [0, NaN, Infinity]) {
    await assert.rejects(embed(scaleBy(factor), tiny, two), { message });
  }
});

Deno.test("goldenEmbedding() rejects an output of another size or name", async () => {
  const wide = { ...tiny, output: { ...tiny.output, shape: [2] } };
  await assert.rejects(embed(scaleBy(1), wide, two), {
    message: "Cannot use the model as y must hold 2 f32: current value is float32 [1,1]",
  });
  const renamed = { ...tiny, output: { ...tiny.output, name: "z" } };
  await assert.rejects(embed(scaleBy(1), renamed, two), {
    message: "Cannot use the model as z must hold 1 f32: current value is no such output",
  });
});
