import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "../../proto/gen/onnx_pb.ts";
import { nearestGraph, pairGraph } from "./pair_graph.ts";

// What they compute, exact_pairs_test.ts tells.
Deno.test("pairGraph() and nearestGraph() are graphs of a few nodes without weights", () => {
  const kinds = [pairGraph(), nearestGraph()].map((file) => {
    const { graph } = fromBinary(ModelProtoSchema, file);
    assert.deepEqual(graph?.initializer, []);
    return graph?.node.map(({ opType }) => opType);
  });
  assert.deepEqual(kinds, [
    ["Gemm", "GreaterOrEqual", "NonZero", "Transpose", "GatherND"],
    ["MatMulInteger", "ReduceMax"],
  ]);
});
