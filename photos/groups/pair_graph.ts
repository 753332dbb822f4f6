/** Two blocks of vectors to the pairs whose product reaches a threshold, as an ONNX graph. */
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataType as DataType,
  type ValueInfoProtoSchema,
} from "../../proto/gen/onnx_pb.ts";

const IR_VERSION = 8n;
const OPSET_VERSION = 17n;
const TRANSPOSED_B = create(AttributeProtoSchema, {
  name: "transB",
  type: AttributeType.INT,
  i: 1n,
});

/**
 * The graph's file.
 *
 * Inputs: `a` f32 [m, dim] and `b` f32 [n, dim], row-major, and `threshold` f32 []. Outputs: `places` i64 [2, k], rows of
 * `a` above those of `b`, and `cosines` f32 [k], of those pairs whose product of unit vectors is ≥ threshold.
 */
export function pairGraph(): Uint8Array<ArrayBuffer> {
  const { FLOAT, INT64 } = DataType;
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      opsetImport: [{ domain: "", version: OPSET_VERSION }],
      graph: {
        name: "pairs",
        node: [
          { ...node("Gemm", ["a", "b"], "products"), attribute: [TRANSPOSED_B] },
          node("GreaterOrEqual", ["products", "threshold"], "reached"),
          node("NonZero", ["reached"], "places"),
          node("Transpose", ["places"], "pairs"),
          node("GatherND", ["products", "pairs"], "cosines"),
        ],
        input: [
          value("a", FLOAT, ["m", "dim"]),
          value("b", FLOAT, ["n", "dim"]),
          value("threshold", FLOAT, []),
        ],
        output: [value("places", INT64, ["two", "k"]), value("cosines", FLOAT, ["k"])],
      },
    }),
  );
}

function node(
  opType: string,
  input: string[],
  output: string,
): MessageInitShape<typeof NodeProtoSchema> {
  return { name: output, opType, input, output: [output] };
}

function value(
  name: string,
  elemType: DataType,
  extents: readonly string[],
): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = extents.map((name) => ({ value: { case: "dimParam" as const, value: name } }));
  return {
    name,
    type: { value: { case: "tensorType", value: { elemType, shape: { dim } } } },
  };
}
