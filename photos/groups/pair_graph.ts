/** Products of two blocks of vectors, and which of them reach a threshold, as ONNX graphs. */
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

const { FLOAT, INT64 } = DataType;
const BLOCKS = [value("a", FLOAT, ["m", "dim"]), value("b", FLOAT, ["n", "dim"])];
const PRODUCTS = node("Gemm", ["a", "b"], "products", { transB: 1n });

/**
 * The graph that tells which rows are worth a second look.
 *
 * Inputs: `a` f32 [m, dim] and `b` f32 [n, dim], row-major. Output: `nearest` f32 [m], the largest product of each row of
 * `a` with those of `b`.
 */
export function nearestGraph(): Uint8Array<ArrayBuffer> {
  return model({
    node: [PRODUCTS, node("ReduceMax", ["products"], "nearest", { axes: [1n], keepdims: 0n })],
    input: BLOCKS,
    output: [value("nearest", FLOAT, ["m"])],
  });
}

/**
 * The graph that finds pairs.
 *
 * Inputs: `a` f32 [m, dim] and `b` f32 [n, dim], row-major, and `threshold` f32 []. Outputs: `places` i64 [2, k], rows of
 * `a` above those of `b`, and `cosines` f32 [k], of those pairs whose product of unit vectors is ≥ threshold.
 */
export function pairGraph(): Uint8Array<ArrayBuffer> {
  return model({
    node: [
      PRODUCTS,
      node("GreaterOrEqual", ["products", "threshold"], "reached"),
      node("NonZero", ["reached"], "places"),
      node("Transpose", ["places"], "pairs"),
      node("GatherND", ["products", "pairs"], "cosines"),
    ],
    input: [...BLOCKS, value("threshold", FLOAT, [])],
    output: [value("places", INT64, ["two", "k"]), value("cosines", FLOAT, ["k"])],
  });
}

type Value = MessageInitShape<typeof ValueInfoProtoSchema>;
type Node = MessageInitShape<typeof NodeProtoSchema>;

function model(
  graph: { readonly node: Node[]; readonly input: Value[]; readonly output: Value[] },
): Uint8Array<ArrayBuffer> {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      opsetImport: [{ domain: "", version: OPSET_VERSION }],
      graph: { name: "pairs", ...graph },
    }),
  );
}

function node(
  opType: string,
  input: string[],
  output: string,
  attributes: Readonly<Record<string, bigint | bigint[]>> = {},
): Node {
  const attribute = Object.entries(attributes).map(([name, value]) =>
    create(
      AttributeProtoSchema,
      typeof value === "bigint"
        ? { name, type: AttributeType.INT, i: value }
        : { name, type: AttributeType.INTS, ints: value },
    )
  );
  return { name: output, opType, input, output: [output], attribute };
}

function value(name: string, elemType: DataType, extents: readonly string[]): Value {
  const dim = extents.map((name) => ({ value: { case: "dimParam" as const, value: name } }));
  return {
    name,
    type: { value: { case: "tensorType", value: { elemType, shape: { dim } } } },
  };
}
