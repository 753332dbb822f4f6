import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { ModelProtoSchema } from "../../proto/gen/onnx_pb.ts";
import { wholeFile } from "../../testing/models/whole_file.ts";
import { readParts } from "./onnx_file.ts";
import { type ModelDescription, OnnxGraph } from "./onnx_graph.ts";

const description: ModelDescription = {
  name: "scale",
  input: { name: "x", datatype: "FP32", shape: [3] },
  output: { name: "y", datatype: "FP32", shape: [2] },
  metadata: { license: "MIT" },
};

/** y = x[:, (2, 0)] · (10, 100) */
function scaleGraph(): OnnxGraph {
  const graph = new OnnxGraph();
  const picked = graph.node("picked", { type: "Gather", attributes: { axis: 1 } }, [
    "x",
    graph.constant("picks", [2], new BigInt64Array([2n, 0n])),
  ]);
  graph.node("y", { type: "Mul" }, [
    picked,
    graph.constant("factors", [2], new Float32Array([10, 100])),
  ]);
  return graph;
}

Deno.test("OnnxGraph.build() writes a model that ONNX Runtime runs with any batch size", async () => {
  const session = await InferenceSession.create(scaleGraph().build(description));
  for (const batch of [1, 2]) {
    const data = Float32Array.from({ length: 3 * batch }, (_, index) => index);
    const { y } = await session.run({ x: new Tensor("float32", data, [batch, 3]) });
    assert.deepEqual(y?.dims, [batch, 2]);
    assert.deepEqual([...y.data as Float32Array].slice(-2), batch === 1 ? [20, 0] : [50, 300]);
  }
  await session.release();
});

Deno.test("OnnxGraph.build() writes IR 8, opset 17, a symbolic batch dimension and the metadata", () => {
  const model = fromBinary(ModelProtoSchema, scaleGraph().build(description));
  assert.equal(model.irVersion, 8n);
  assert.deepEqual(model.opsetImport.map(({ domain, version }) => [domain, version]), [["", 17n]]);
  assert.deepEqual(model.metadataProps.map(({ key, value }) => [key, value]), [["license", "MIT"]]);
  const type = model.graph?.input[0]?.type?.value;
  assert.deepEqual(type?.value?.shape?.dim.map(({ value }) => value), [
    { case: "dimParam", value: "N" },
    { case: "dimValue", value: 3n },
  ]);
});

Deno.test("OnnxGraph.build() gives UINT8 inputs their type", () => {
  const input = { name: "x", datatype: "UINT8" as const, shape: [3] };
  const model = fromBinary(ModelProtoSchema, new OnnxGraph().build({ ...description, input }));
  assert.equal(model.graph?.input[0]?.type?.value.value?.elemType, 2);
});

Deno.test("OnnxGraph.node() keeps an attribute of 0 apart from one without a value", () => {
  const graph = new OnnxGraph();
  graph.node("y", { type: "Flatten", attributes: { axis: 0 } }, ["x"]);
  const model = fromBinary(ModelProtoSchema, graph.build(description));
  assert.equal(model.graph?.node[0]?.attribute[0]?.i, 0n);
});

Deno.test("OnnxGraph.constant() keeps only the elements of a view", () => {
  const graph = new OnnxGraph();
  graph.constant("c", [2], new Float32Array([1, 2, 3, 4]).subarray(1, 3));
  const model = fromBinary(ModelProtoSchema, graph.build(description));
  const [constant] = model.graph?.initializer ?? [];
  assert.deepEqual(constant?.dims, [2n]);
  assert.deepEqual(constant.rawData, new Uint8Array(new Float32Array([2, 3]).buffer));
});

Deno.test("OnnxGraph.constant() writes FP16, at hand or deferred", async () => {
  const graph = new OnnxGraph();
  const halves = new Float16Array([1, -2]);
  graph.constant("now", [2], halves);
  graph.constant("later", [2], { datatype: "FP16", load: () => Promise.resolve(halves) });
  const file = await wholeFile(graph.files(description));
  for (const constant of fromBinary(ModelProtoSchema, file).graph?.initializer ?? []) {
    assert.equal(constant.dataType, 10);
    assert.deepEqual(constant.rawData, Uint8Array.of(0x00, 0x3c, 0x00, 0xc0));
  }
});

Deno.test("OnnxGraph.constant() rejects a shape that does not hold the elements", () => {
  assert.throws(() => new OnnxGraph().constant("c", [2, 2], new Float32Array(3)), {
    name: "RangeError",
    message: "Cannot add constant c: shape [2,2] must hold 4 elements: current value is 3",
  });
});

Deno.test("OnnxGraph refuses a name that is taken", () => {
  const graph = new OnnxGraph();
  graph.constant("a", [1], new Float32Array(1));
  assert.throws(() => graph.node("a", { type: "Softsign" }, ["x"]), {
    name: "RangeError",
    message: "Cannot add tensor a: the name is taken",
  });
});

Deno.test("OnnxGraph.files() gives build()'s bytes, with deferred constants read late", async () => {
  const values = new Float32Array([1, 2]);
  const deferred = new OnnxGraph();
  deferred.constant("a", [2], { datatype: "FP32", load: () => Promise.resolve(values) });
  deferred.constant("b", [], {
    datatype: "INT8",
    load: () => Promise.resolve(new Int8Array([-3])),
  });
  const parts = await Array.fromAsync(readParts(deferred.files(description).model));
  const eager = new OnnxGraph();
  eager.constant("a", [2], values);
  eager.constant("b", [], new Int8Array([-3]));
  const file = await new Blob(parts as BlobPart[]).bytes();
  assert.deepEqual(file, eager.build(description));
  const [, b] = fromBinary(ModelProtoSchema, file).graph?.initializer ?? [];
  assert.deepEqual([b?.dataType, b?.rawData, b?.dims], [3, new Uint8Array([253]), []]);
  assert.throws(() => deferred.build(description), {
    name: "TypeError",
    message: "Cannot build scale at once: it has deferred constants",
  });
});

Deno.test("OnnxGraph.node() writes floats and further outputs", () => {
  const graph = new OnnxGraph();
  graph.node("q", {
    type: "DynamicQuantizeLinear",
    attributes: { epsilon: { float: 0.5 } },
    moreOutputs: ["scale", "zero"],
  }, ["x"]);
  const [node] = fromBinary(ModelProtoSchema, graph.build(description)).graph?.node ?? [];
  assert.deepEqual(node?.output, ["q", "scale", "zero"]);
  assert.deepEqual([node.attribute[0]?.type, node.attribute[0]?.f], [1, 0.5]);
  assert.throws(() => graph.constant("zero", [], new Float32Array(1)), { name: "RangeError" });
});
