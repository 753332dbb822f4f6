/** A small builder of ONNX graphs: initializers, nodes, one input and one output, in the order given. */
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataType as DataType,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from "../proto/gen/onnx_pb.ts";
import type { TensorSpec } from "../model/manifest.ts";

/** File format and operator set that the ONNX Runtimes inside older Triton images read too. */
const IR_VERSION = 8n;
const OPSET_VERSION = 17n;

/** The batch dimension: an extent known only when running. */
const BATCH = "N";

/** Attributes of a node: whole numbers become INT or INTS, which is all that our operators take. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** Name of a tensor inside the graph: what `constant()` and `node()` return and `node()` takes. */
export type TensorName = string;

/** What `OnnxGraph.build()` needs beside the nodes. */
export interface ModelDescription {
  readonly name: string;
  readonly input: TensorSpec;
  readonly output: TensorSpec;
  /** Free text that tools show, e.g. description and licence. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Collects a graph; `build()` serialises it. Every tensor is written once, by the node that makes it. */
export class OnnxGraph {
  readonly #initializers: MessageInitShape<typeof TensorProtoSchema>[] = [];
  readonly #nodes: MessageInitShape<typeof NodeProtoSchema>[] = [];
  readonly #names = new Set<TensorName>();

  /**
   * Adds a constant tensor: f32 from a Float32Array, i64 from a BigInt64Array, row-major.
   *
   * @throws {RangeError} when the shape does not hold the elements, or the name is taken.
   */
  constant(
    name: TensorName,
    shape: readonly number[],
    data: Float32Array | BigInt64Array,
  ): TensorName {
    const elements = shape.reduce((product, extent) => product * extent, 1);
    if (elements !== data.length) {
      throw new RangeError(
        `Cannot add constant ${name}: shape [${shape}] must hold ${elements} elements: current value is ${data.length}`,
      );
    }
    this.#initializers.push({
      name: this.#claim(name),
      dims: shape.map(BigInt),
      dataType: data instanceof Float32Array ? DataType.FLOAT : DataType.INT64,
      rawData: littleEndianBytes(data),
    });
    return name;
  }

  /**
   * Adds a node with one output, which is called like the node.
   *
   * @throws {RangeError} when the name is taken.
   */
  node(
    name: TensorName,
    operation: { readonly type: string; readonly attributes?: Attributes },
    inputs: readonly TensorName[],
  ): TensorName {
    this.#nodes.push({
      name: this.#claim(name),
      opType: operation.type,
      input: [...inputs],
      output: [name],
      attribute: Object.entries(operation.attributes ?? {}).map(encodeAttribute),
    });
    return name;
  }

  /** The model file: ONNX IR 8, opset 17. Equal graphs give equal bytes. */
  build(description: ModelDescription): Uint8Array<ArrayBuffer> {
    return toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, {
        irVersion: IR_VERSION,
        opsetImport: [{ domain: "", version: OPSET_VERSION }],
        producerName: "exporter",
        graph: {
          name: description.name,
          initializer: this.#initializers,
          node: this.#nodes,
          input: [describeTensor(description.input)],
          output: [describeTensor(description.output)],
        },
        metadataProps: Object.entries(description.metadata)
          .map(([key, value]) => ({ key, value })),
      }),
    );
  }

  #claim(name: TensorName): TensorName {
    if (this.#names.has(name)) {
      throw new RangeError(`Cannot add tensor ${name}: the name is taken`);
    }
    this.#names.add(name);
    return name;
  }
}

function encodeAttribute(
  [name, value]: [string, number | readonly number[]],
): MessageInitShape<typeof AttributeProtoSchema> {
  return typeof value === "number"
    ? { name, type: AttributeType.INT, i: BigInt(value) }
    : { name, type: AttributeType.INTS, ints: value.map(BigInt) };
}

function describeTensor(tensor: TensorSpec): MessageInitShape<typeof ValueInfoProtoSchema> {
  const extents = tensor.shape.map((extent) => ({
    value: { case: "dimValue" as const, value: BigInt(extent) },
  }));
  return {
    name: tensor.name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: tensor.datatype === "FP32" ? DataType.FLOAT : DataType.UINT8,
          shape: { dim: [{ value: { case: "dimParam", value: BATCH } }, ...extents] },
        },
      },
    },
  };
}

/** The elements as they lie in memory: every platform Deno runs on is little-endian. */
function littleEndianBytes(data: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
