/**
 * Sends the raw bytes of a request's inputs as they lie, behind the rest of its message.
 *
 * protobuf-es would copy them twice (into the writer's growing buffer, then out of it) and Connect once more (into
 * the envelope): 0.5 ms and three garbage buffers for each 602,112 bytes. Fields of a message may come in any order,
 * so the rest is encoded as ever and the bytes follow it as field 7.
 */
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { UniversalClientFn } from "@connectrpc/connect/protocol";
import {
  GRPCInferenceService,
  type ModelInferRequest,
  ModelInferRequestSchema,
} from "../proto/gen/inference_pb.ts";

/** Field 7, raw_input_contents, of wire type 2, length-delimited. */
const TAG = (7 << 3) | 2;
/** Flags, and the length as 32 bits big-endian, before a gRPC message. */
const ENVELOPE_BYTES = 5;

/** The two ends of it, which belong into the same transport. */
export interface InlineTensors {
  /** Takes the bytes out of a request. */
  readonly interceptor: Interceptor;
  /** Puts them behind it. */
  wrap(client: UniversalClientFn): UniversalClientFn;
}

/** Makes the two ends; `requestBytesMax` bounds a message with its tensors. */
export function createInlineTensors(requestBytesMax: number): InlineTensors {
  // One request has one headers object all the way down.
  const tensors = new WeakMap<Headers, readonly Uint8Array[]>();
  return {
    interceptor: (next) => (request) => {
      if (request.stream || request.method !== GRPCInferenceService.method.modelInfer) {
        return next(request);
      }
      const message = request.message as ModelInferRequest;
      if (message.rawInputContents.length === 0) return next(request);
      tensors.set(request.header, message.rawInputContents);
      const rest = create(ModelInferRequestSchema, { ...message, rawInputContents: [] });
      return next({ ...request, message: rest });
    },
    wrap: (client) => (request) => {
      const taken = tensors.get(request.header);
      if (taken === undefined || request.body === undefined) return client(request);
      return client({ ...request, body: append(request.body, taken, requestBytesMax) });
    },
  };
}

async function* append(
  body: AsyncIterable<Uint8Array>,
  tensors: readonly Uint8Array[],
  requestBytesMax: number,
): AsyncGenerator<Uint8Array> {
  const [envelope = new Uint8Array(ENVELOPE_BYTES), ...more] = await Array.fromAsync(body);
  if (more.length > 0) throw new ConnectError("request is not one message", Code.Internal);
  const prefixes = tensors.map(({ byteLength }) => Uint8Array.from([TAG, ...varint(byteLength)]));
  const byteLength = [...prefixes, ...tensors].reduce(
    (sum, part) => sum + part.byteLength,
    envelope.byteLength - ENVELOPE_BYTES,
  );
  if (byteLength > requestBytesMax) {
    throw new ConnectError(
      `message size ${byteLength} is larger than configured writeMaxBytes ${requestBytesMax}`,
      Code.ResourceExhausted,
    );
  }
  new DataView(envelope.buffer, envelope.byteOffset).setUint32(1, byteLength);
  yield envelope;
  for (const [index, prefix] of prefixes.entries()) {
    yield prefix;
    yield tensors[index] as Uint8Array;
  }
}

/** Seven bits a byte, the lowest first; all but the last byte have their top bit set. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}
