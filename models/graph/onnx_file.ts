/**
 * The frame of an ONNX file around constants of any size: messages by protobuf-es, but the elements of a constant go
 * by themselves, when their turn comes. protobuf-es would hold all of them twice, 700 MB for a ViT-B/32.
 *
 * All lies in one file, not in ONNX's external data: one path to load, copy and digest. The price is protobuf's limit
 * of 2 GiB, some 500 million parameters in FP32.
 */
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { GraphProtoSchema, ModelProtoSchema, TensorProtoSchema } from "../../proto/gen/onnx_pb.ts";

/** Bytes of a file: at hand, or to be had when asked for. */
export type Part = Uint8Array | DeferredBytes;

/** Bytes that are read or computed on demand, so that few of them are in memory at a time. */
export interface DeferredBytes {
  readonly byteLength: number;
  /** Fulfils with `byteLength` bytes, the same ones at every call. */
  load(): Promise<Uint8Array>;
}

/** A constant tensor. */
export interface Initializer {
  /** Name, shape and type; no elements. */
  readonly description: MessageInitShape<typeof TensorProtoSchema>;
  /** Row-major, little-endian. */
  readonly elements: Part;
}

/** A model, cut where its constants go. */
export interface ModelFrame {
  /** Fields before the graph. */
  readonly head: MessageInitShape<typeof ModelProtoSchema>;
  /** The graph's fields before its constants. */
  readonly graphHead: MessageInitShape<typeof GraphProtoSchema>;
  readonly initializers: readonly Initializer[];
  /** The graph's fields behind its constants. */
  readonly graphTail: MessageInitShape<typeof GraphProtoSchema>;
  /** Fields behind the graph. */
  readonly tail: MessageInitShape<typeof ModelProtoSchema>;
}

/** The longest message that protobuf's readers take, in bytes. */
const MESSAGE_BYTES_MAX = 2 ** 31 - 1;

/**
 * The parts of the file in order.
 *
 * @throws {RangeError} when the file would be longer than protobuf allows.
 */
export function frameModel(frame: ModelFrame): Part[] {
  const graph = [
    encode(GraphProtoSchema, frame.graphHead),
    ...frame.initializers.flatMap(frameInitializer),
    encode(GraphProtoSchema, frame.graphTail),
  ];
  const parts = [
    encode(ModelProtoSchema, frame.head),
    fieldStart(ModelProtoSchema.field.graph.number, byteLengthOf(graph)),
    ...graph,
    encode(ModelProtoSchema, frame.tail),
  ];
  const byteLength = byteLengthOf(parts);
  if (byteLength > MESSAGE_BYTES_MAX) {
    throw new RangeError(
      `Cannot write model: its file must be ≤ ${MESSAGE_BYTES_MAX} bytes: current value is ${byteLength}`,
    );
  }
  return parts;
}

/** Bytes of all parts together. */
export function byteLengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

/**
 * Reads one part after the other.
 *
 * @throws {RangeError} when a part turns out to be of another length than promised.
 */
export async function* readParts(parts: readonly Part[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : await part.load();
    if (bytes.byteLength !== part.byteLength) {
      throw new RangeError(
        `Cannot write model: a part must be ${part.byteLength} bytes: current value is ${bytes.byteLength}`,
      );
    }
    yield bytes;
  }
}

function frameInitializer({ description, elements }: Initializer): Part[] {
  const head = encode(TensorProtoSchema, description);
  const dataStart = fieldStart(TensorProtoSchema.field.rawData.number, elements.byteLength);
  const content = [head, dataStart, elements];
  return [
    fieldStart(GraphProtoSchema.field.initializer.number, byteLengthOf(content)),
    ...content,
  ];
}

/** What stands in front of a field of the given length in bytes. */
function fieldStart(field: number, byteLength: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(byteLength).finish();
}

function encode<Schema extends DescMessage>(
  schema: Schema,
  message: MessageInitShape<Schema>,
): Uint8Array {
  return toBinary(schema, create(schema, message));
}
