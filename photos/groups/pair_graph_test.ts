import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "../../proto/gen/onnx_pb.ts";
import { pairGraph } from "./pair_graph.ts";

// What it computes, exact_pairs_test.ts tells.
Deno.test("pairGraph() is a graph of five nodes without weights", () => {
  const { graph } = fromBinary(ModelProtoSchema, pairGraph());
  assert.deepEqual(graph?.node.map(({ opType }) => opType), [
    ...["Gemm", "GreaterOrEqual", "NonZero", "Transpose", "GatherND"],
  ]);
  assert.deepEqual(graph?.initializer, []);
});
