/**
 * gRPC's length-prefixed messages: a byte of flags, the length as 32 bits big-endian, the message
 * (github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
 *
 * Raw bytes of a request's inputs are sent as they lie, behind the rest of its message: protobuf-es would copy them
 * twice (into the writer's growing buffer, then out of it) and an envelope in one piece once more, 0.5 ms and three
 * garbage buffers for each 602,112 bytes. Fields of a message may come in any order, so the rest is encoded as ever
 * and the bytes follow it as field 7.
 */
import {
  create,
  type DescMessage,
  fromBinary,
  isMessage,
  type Message,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { ModelInferRequestSchema } from "../proto/gen/inference_pb.ts";
import { CallFailure, type TritonErrorKind, type WasProcessed } from "./errors.ts";
import { joinBytes } from "./http2/join_bytes.ts";

/** Field 7, raw_input_contents, of wire type 2, length-delimited. */
const TAG = (7 << 3) | 2;
const PREFIX_BYTES = 5;

/** A limit of a message, by Connect's name for it, and what it means to cross it. */
interface Limit {
  readonly setting: string;
  readonly kind: TritonErrorKind;
  readonly wasProcessed: WasProcessed;
}

const REQUEST_LIMIT: Limit = { setting: "writeMaxBytes", kind: "our_fault", wasProcessed: "no" };
const REPLY_LIMIT: Limit = { setting: "readMaxBytes", kind: "bad_reply", wasProcessed: "unknown" };

/**
 * A request's message in its envelope, as chunks to be sent one after the other; the bytes of inputs are among them
 * and must not change before the reply.
 *
 * @throws {CallFailure} `our_fault` when the message is longer than `bytesMax`.
 */
export function encodeEnvelope(
  schema: DescMessage,
  message: Message,
  bytesMax: number,
): Uint8Array[] {
  const isInference = isMessage(message, ModelInferRequestSchema);
  const tensors = isInference ? message.rawInputContents : [];
  const rest = isInference && tensors.length > 0
    ? create(ModelInferRequestSchema, { ...message, rawInputContents: [] })
    : message;
  const encoded = toBinary(schema, rest);
  const prefixes = tensors.map((bytes) => Uint8Array.from([TAG, ...varint(bytes.byteLength)]));
  const byteLength = [encoded, ...prefixes, ...tensors]
    .reduce((sum, part) => sum + part.byteLength, 0);
  assertSize(byteLength, REQUEST_LIMIT, bytesMax);
  // With the first prefix in it there are two chunks, each of which begins a frame.
  const first = joinBytes([new Uint8Array(PREFIX_BYTES), encoded, ...prefixes.slice(0, 1)]);
  new DataView(first.buffer).setUint32(1, byteLength);
  return [
    first,
    ...tensors.flatMap((bytes, index) =>
      index === 0 ? [bytes] : [prefixes[index] as Uint8Array, bytes]
    ),
  ];
}

/** Takes a reply's one message out of its envelope, chunk by chunk, and no more of it than allowed. */
export class EnvelopeReader {
  readonly #bytesMax: number;
  readonly #chunks: Uint8Array[] = [];
  #byteLength = 0;

  /** @param bytesMax The longest message. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Keeps a chunk; it must not change.
   *
   * @throws {CallFailure} `bad_reply` when the message is too long.
   */
  push(chunk: Uint8Array): void {
    this.#byteLength += chunk.byteLength;
    assertSize(this.#byteLength - PREFIX_BYTES, REPLY_LIMIT, this.#bytesMax);
    this.#chunks.push(chunk);
  }

  /**
   * The message, when all chunks are there.
   *
   * @throws {CallFailure} `bad_reply` when they are not one whole message.
   */
  finish(): Uint8Array {
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first !== undefined
      ? first
      : joinBytes(this.#chunks);
    const size = this.#byteLength - PREFIX_BYTES;
    if (size < 0) throw protocolError("missing output message");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // No compression was offered.
    if (view.getUint8(0) !== 0) throw protocolError(`output message has flags ${view.getUint8(0)}`);
    const declared = view.getUint32(1);
    if (declared !== size) {
      throw protocolError(`output message has ${size} bytes in place of ${declared}`);
    }
    return bytes.subarray(PREFIX_BYTES);
  }
}

/**
 * A message out of its envelope.
 *
 * @throws {CallFailure} `bad_reply` when the bytes are none of this schema.
 */
export function decodeMessage<Schema extends DescMessage>(
  schema: Schema,
  bytes: Uint8Array,
): MessageShape<Schema> {
  try {
    return fromBinary(schema, bytes);
  } catch (error) {
    throw protocolError(`output is no ${schema.name}: ${(error as Error).message}`);
  }
}

/** A reply that breaks the protocol. */
export function protocolError(problem: string): CallFailure {
  const outcome = { kind: "bad_reply", wasProcessed: "unknown" } as const;
  return new CallFailure(`protocol error: ${problem}`, Code.Internal, outcome);
}

function assertSize(byteLength: number, { setting, ...outcome }: Limit, bytesMax: number): void {
  if (byteLength <= bytesMax) return;
  throw new CallFailure(
    `message size ${byteLength} is larger than configured ${setting} ${bytesMax}`,
    Code.ResourceExhausted,
    outcome,
  );
}

/** Seven bits a byte, the lowest first; all but the last byte have their top bit set. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}
