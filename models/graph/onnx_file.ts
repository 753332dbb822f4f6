/**
 * The frame of an ONNX file around constants of any size: messages by protobuf-es, but the elements of a constant go
 * by themselves, when their turn comes. protobuf-es would hold all of them twice, 700 MB for a ViT-B/32.
 *
 * All lies in one file as long as protobuf's limit of 2 GiB lets it, which is some 500 million parameters in FP32: one
 * path to load, copy and digest. Beyond it constants go to ONNX's external data, a second file beside the first.
 */
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataLocation as DataLocation,
  TensorProtoSchema,
} from "../../proto/gen/onnx_pb.ts";

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

/** A model as files, each in parts, in order. */
export interface ModelFiles {
  readonly model: readonly Part[];
  /** Of the file `DATA_FILE` beside it; empty where the first has all. */
  readonly data: readonly Part[];
}

/** Name of the file with external data. */
export const DATA_FILE = "model.onnx.data";

/** The longest message that protobuf's readers take, in bytes. */
const MESSAGE_BYTES_MAX = 2 ** 31 - 1;
/** Where constants in the second file begin: at multiples of a page, so that they can be mapped. */
const PAGE_BYTES = 4096;

/** The model in one file, or in two when one would be longer than `bytesMax`. */
export function frameModel(frame: ModelFrame, bytesMax: number = MESSAGE_BYTES_MAX): ModelFiles {
  const whole = frameParts(frame, frame.initializers.map(frameInitializer));
  if (byteLengthOf(whole) <= bytesMax) return { model: whole, data: [] };
  const data: Part[] = [];
  const framed = frame.initializers.map((initializer) => {
    if (initializer.elements.byteLength < PAGE_BYTES) return frameInitializer(initializer);
    const offset = byteLengthOf(data);
    const { byteLength } = initializer.elements;
    data.push(initializer.elements, new Uint8Array(-byteLength & (PAGE_BYTES - 1)));
    return frameExternal(initializer, offset);
  });
  return { model: frameParts(frame, framed), data };
}

function frameParts(frame: ModelFrame, initializers: readonly Part[][]): Part[] {
  const graph = [
    encode(GraphProtoSchema, frame.graphHead),
    ...initializers.flat(),
    encode(GraphProtoSchema, frame.graphTail),
  ];
  return [
    encode(ModelProtoSchema, frame.head),
    fieldStart(ModelProtoSchema.field.graph.number, byteLengthOf(graph)),
    ...graph,
    encode(ModelProtoSchema, frame.tail),
  ];
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

/** A constant whose elements lie in the second file. */
function frameExternal({ description, elements }: Initializer, offset: number): Part[] {
  const place = { location: DATA_FILE, offset: `${offset}`, length: `${elements.byteLength}` };
  const content = [
    encode(TensorProtoSchema, description),
    encode(TensorProtoSchema, {
      dataLocation: DataLocation.EXTERNAL,
      externalData: Object.entries(place).map(([key, value]) => ({ key, value })),
    }),
  ];
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
