import assert from "node:assert/strict";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { createNormalizer } from "../../preprocess/resize/normalize.ts";
import { readRepositoryManifest } from "../../testing/models/repository_manifests.ts";
import { addImageInput } from "./image_input.ts";
import { OnnxGraph } from "./onnx_graph.ts";

const manifest = readRepositoryManifest("dct_512_u8");
const { size } = manifest.preprocess;

Deno.test("addImageInput() normalises bytes to the gateway's very bits", async () => {
  const graph = new OnnxGraph();
  graph.node("y", { type: "Identity" }, [addImageInput(graph, manifest)]);
  const output = { name: "y", datatype: "FP32" as const, shape: [3, size, size] };
  const session = await InferenceSession.create(
    graph.build({ name: "input", input: manifest.input, output, metadata: {} }),
  );
  const crop = Uint8Array.from({ length: 3 * size ** 2 }, (_, index) => index * 7 + (index >> 8));
  const { y } = await session.run({ image: new Tensor("uint8", crop, [1, size, size, 3]) });
  await session.release();
  const expected = new Float32Array(crop.length);
  createNormalizer(manifest.preprocess)(crop, expected);
  assert.deepEqual(y?.dims, [1, 3, size, size]);
  assert.deepEqual(y.data, expected);
});

Deno.test("addImageInput() takes floats as they come", () => {
  const graph = new OnnxGraph();
  assert.equal(addImageInput(graph, readRepositoryManifest("dct_512")), "image");
});
