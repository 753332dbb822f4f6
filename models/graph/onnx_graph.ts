/** A small builder of ONNX graphs: initializers, nodes, one input and one output, in the order given. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataType as DataType,
  type ValueInfoProtoSchema,
} from "../../proto/gen/onnx_pb.ts";
import type { TensorSpec } from "../contract/manifest.ts";
import { byteLengthOf, frameModel, type Initializer, type ModelFiles } from "./onnx_file.ts";

/** File format and operator set that the ONNX Runtimes inside older Triton images read too. */
const IR_VERSION = 8n;
const OPSET_VERSION = 17n;
/** Stands in every file, so a new name would be a new digest, and new ids, for models that did not change. */
const PRODUCER = "exporter";

/** The batch dimension: an extent known only when running. */
const BATCH = "N";

/** Attributes of a node: whole numbers become INT or INTS, `{ float }` becomes FLOAT. */
type Attributes = Readonly<
  Record<string, number | readonly number[] | { readonly float: number }>
>;

/** Name of a tensor inside the graph: what `constant()` and `node()` return and `node()` takes. */
export type TensorName = string;

/** Elements of a constant, row-major. */
export type Elements = Float32Array | Float16Array | BigInt64Array | Int8Array;

const TENSOR_TYPES = {
  FP32: DataType.FLOAT,
  UINT8: DataType.UINT8,
  INT32: DataType.INT32,
} as const;

/** Types of deferred elements: ONNX's name, and bytes an element. */
const DEFERRED_TYPES = {
  FP32: { dataType: DataType.FLOAT, bytes: 4 },
  FP16: { dataType: DataType.FLOAT16, bytes: 2 },
  INT8: { dataType: DataType.INT8, bytes: 1 },
} as const;

/** Elements that are read or computed when the file is written. */
export interface DeferredElements {
  readonly datatype: keyof typeof DEFERRED_TYPES;
  /** Fulfils with as many elements as the shape holds, the same ones at every call. */
  load(): Promise<Elements>;
}

/** What a node does. */
export interface Operation {
  readonly type: string;
  readonly attributes?: Attributes;
  /** Names of outputs behind the first one. */
  readonly moreOutputs?: readonly TensorName[];
}

/** What the file needs beside the nodes. */
export interface ModelDescription {
  readonly name: string;
  readonly input: TensorSpec;
  readonly output: TensorSpec;
  /** Free text that tools show, e.g. description and licence. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Collects a graph. Every tensor is written once, by the node that makes it. */
export class OnnxGraph {
  readonly #initializers: Initializer[] = [];
  readonly #nodes: MessageInitShape<typeof NodeProtoSchema>[] = [];
  readonly #names = new Set<TensorName>();

  /**
   * Adds a constant tensor, row-major: f32, f16, i64 or i8 as the array says.
   *
   * @throws {RangeError} when the shape does not hold the elements, or the name is taken.
   */
  constant(
    name: TensorName,
    shape: readonly number[],
    data: Elements | DeferredElements,
  ): TensorName {
    const count = shape.reduce((product, extent) => product * extent, 1);
    if ("length" in data && count !== data.length) {
      throw new RangeError(
        `Cannot add constant ${name}: shape [${shape}] must hold ${count} elements: current value is ${data.length}`,
      );
    }
    this.#initializers.push({
      description: { name: this.#claim(name), dims: shape.map(BigInt), dataType: dataType(data) },
      elements: "length" in data ? littleEndianBytes(data) : {
        byteLength: count * DEFERRED_TYPES[data.datatype].bytes,
        load: async () => littleEndianBytes(await data.load()),
      },
    });
    return name;
  }

  /**
   * Adds a node, whose first output is called like the node.
   *
   * @throws {RangeError} when the name of an output is taken.
   */
  node(name: TensorName, operation: Operation, inputs: readonly TensorName[]): TensorName {
    const { type, attributes = {}, moreOutputs = [] } = operation;
    this.#nodes.push({
      name,
      opType: type,
      input: [...inputs],
      output: [name, ...moreOutputs].map((output) => this.#claim(output)),
      attribute: Object.entries(attributes).map(encodeAttribute),
    });
    return name;
  }

  /**
   * The model's file, ONNX IR 8 and opset 17, in parts, and a second one where protobuf does not allow so much in one.
   * Equal graphs give equal bytes.
   */
  files(description: ModelDescription): ModelFiles {
    const { name, input, output, metadata } = description;
    return frameModel({
      head: { irVersion: IR_VERSION, producerName: PRODUCER },
      graphHead: { name, node: this.#nodes },
      initializers: this.#initializers,
      graphTail: { input: [describeTensor(input)], output: [describeTensor(output)] },
      tail: {
        opsetImport: [{ domain: "", version: OPSET_VERSION }],
        metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      },
    });
  }

  /**
   * The model file in memory.
   *
   * @throws {TypeError} when a constant is still to be loaded.
   */
  build(description: ModelDescription): Uint8Array<ArrayBuffer> {
    const { model: parts } = this.files(description);
    const file = new Uint8Array(byteLengthOf(parts));
    let position = 0;
    for (const part of parts) {
      if (!(part instanceof Uint8Array)) {
        throw new TypeError(`Cannot build ${description.name} at once: it has deferred constants`);
      }
      file.set(part, position);
      position += part.byteLength;
    }
    return file;
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
  [name, value]: [string, Attributes[string]],
): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === "number") return { name, type: AttributeType.INT, i: BigInt(value) };
  return "float" in value
    ? { name, type: AttributeType.FLOAT, f: value.float }
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
          elemType: TENSOR_TYPES[tensor.datatype],
          shape: { dim: [{ value: { case: "dimParam", value: BATCH } }, ...extents] },
        },
      },
    },
  };
}

function dataType(data: Elements | DeferredElements): DataType {
  if ("datatype" in data) return DEFERRED_TYPES[data.datatype].dataType;
  if (data instanceof Float32Array) return DataType.FLOAT;
  if (data instanceof Float16Array) return DataType.FLOAT16;
  return data instanceof Int8Array ? DataType.INT8 : DataType.INT64;
}

/** The elements as they lie in memory: every platform Deno runs on is little-endian. */
function littleEndianBytes(data: Elements): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
