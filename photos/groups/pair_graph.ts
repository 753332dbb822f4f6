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

const { FLOAT, INT8, INT32, INT64, UINT8 } = DataType;

/**
 * The graph that tells which rows are worth a second look.
 *
 * Inputs: `a` u8 [m, dim], row-major, `zero` u8 [], which stands for 0 there, and `b` i8 [dim, n]. Output: `nearest` i32 [m],
 * the largest product of each row of `a` with the columns of `b`.
 */
export function nearestGraph(): Uint8Array<ArrayBuffer> {
  return model({
    node: [
      node(["MatMulInteger", "a", "b", "zero"], "products"),
      node(["ReduceMax", "products"], "nearest", { axes: [1n], keepdims: 0n }),
    ],
    input: [
      value("a", UINT8, ["m", "dim"]),
      value("b", INT8, ["dim", "n"]),
      value("zero", UINT8, []),
    ],
    output: [value("nearest", INT32, ["m"])],
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
      node(["Gemm", "a", "b"], "products", { transB: 1n }),
      node(["GreaterOrEqual", "products", "threshold"], "reached"),
      node(["NonZero", "reached"], "places"),
      node(["Transpose", "places"], "pairs"),
      node(["GatherND", "products", "pairs"], "cosines"),
    ],
    input: [
      value("a", FLOAT, ["m", "dim"]),
      value("b", FLOAT, ["n", "dim"]),
      value("threshold", FLOAT, []),
    ],
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

type Attributes = Readonly<Record<string, bigint | bigint[]>>;

/** An operator by its name and its inputs, and the name of what it gives. */
function node(
  [opType, ...input]: readonly string[],
  output: string,
  attributes: Attributes = {},
): Node {
  const attribute = Object.entries(attributes).map(([name, value]) =>
    create(
      AttributeProtoSchema,
      typeof value === "bigint"
        ? { name, type: AttributeType.INT, i: value }
        : { name, type: AttributeType.INTS, ints: value },
    )
  );
  return { name: output, opType: opType ?? "", input, output: [output], attribute };
}

function value(name: string, elemType: DataType, extents: readonly string[]): Value {
  const dim = extents.map((name) => ({ value: { case: "dimParam" as const, value: name } }));
  return {
    name,
    type: { value: { case: "tensorType", value: { elemType, shape: { dim } } } },
  };
}
