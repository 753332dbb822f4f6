import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataType as DataType } from "../../proto/gen/onnx_pb.ts";
import { runLayers, SEEDED_WEIGHTS, SMALL_TOWER } from "../../testing/models/run_graph.ts";
import { standInModel } from "../../testing/models/stand_in_model.ts";
import { readRepositoryManifest } from "../../testing/models/repository_manifests.ts";
import { roundToHalf } from "./half.ts";
import { addFactor, addProducts, addScalar, addWeight } from "./tower.ts";

const HALF = { ...SMALL_TOWER, quantization: "float16" } as const;
/** Not numbers of FP16. */
const x = { data: new Float32Array([1 / 3, -2 / 3, 0.1]), dims: [1, 3] };

Deno.test("addProducts() rounds what goes in and the constants, in float16 only", async () => {
  const weight = await SEEDED_WEIGHTS.tensor("w", [3])();
  const half = (value: number) => roundToHalf("", new Float32Array([value]))[0] as number;
  for (const architecture of [SMALL_TOWER, HALF]) {
    const { data } = await runLayers(
      architecture,
      (tower) =>
        addProducts(
          tower,
          { input: "x", output: "z" },
          (input, output) =>
            tower.graph.node(output, { type: "Mul" }, [
              tower.graph.node("scaled", { type: "Mul" }, [
                input,
                addScalar(tower, "third", 1 / 3),
              ]),
              addFactor(tower, "w", [3]),
            ]),
        ),
      x,
    );
    const round = architecture === HALF ? half : Math.fround;
    data.forEach((value, index) => {
      const expected = round(x.data[index] as number) * round(1 / 3) *
        round(weight[index] as number);
      // ONNX Runtime keeps FP32 between nodes of FP16 on a CPU, or does not.
      const error = Math.abs(value / expected - 1);
      assert.ok(
        error <= (architecture === HALF ? 2 ** -10 : 2 ** -22),
        `element ${index}: ${error}`,
      );
    });
  }
});

Deno.test("addWeight() keeps FP32 in float16", async () => {
  const { data } = await runLayers(
    HALF,
    (tower) => tower.graph.node("sum", { type: "Add" }, ["x", addWeight(tower, "w", [3])]),
    x,
  );
  const weight = await SEEDED_WEIGHTS.tensor("w", [3])();
  assert.deepEqual(data, x.data.map((value, index) => value + (weight[index] as number)));
});

Deno.test("a tower in float16 computes every product in FP16, and LayerNorm, stream and embedding in FP32", async () => {
  const manifest = readRepositoryManifest("openclip_vit_b32_trt");
  const { graph } = fromBinary(ModelProtoSchema, await standInModel(manifest));
  const nodes = new Map(graph?.node.map((node) => [node.output[0] as string, node]));
  const constants = new Map(graph?.initializer.map(({ name, dataType }) => [name, dataType]));
  /** Of the tensors that decide: constants, and what a Cast makes; other nodes pass on their first input's type. */
  const typeOf = (name: string): DataType => {
    const node = nodes.get(name);
    if (node === undefined) return constants.get(name) ?? DataType.FLOAT;
    if (node.opType === "Cast") return Number(node.attribute[0]?.i);
    return typeOf(node.input[0] as string);
  };
  const typesOf = (opType: string) => [
    ...new Set(
      graph?.node.filter((node) => node.opType === opType)
        .flatMap((node) => node.input.map(typeOf)),
    ),
  ];
  for (const opType of ["MatMul", "Conv", "Softmax", "Erf"]) {
    assert.deepEqual(typesOf(opType), [DataType.FLOAT16], opType);
  }
  assert.deepEqual(typesOf("LayerNormalization"), [DataType.FLOAT]);
  assert.equal(typeOf(manifest.output.name), DataType.FLOAT);
  const stream = graph?.node.filter(({ name }) =>
    /^(tokens|block_0|block_0\.attended)$/.test(name)
  );
  assert.deepEqual(stream?.map(({ opType }) => opType), ["Add", "Add", "Add"]);
  stream.forEach(({ name }) => assert.equal(typeOf(name), DataType.FLOAT, name));
});
