/** Inference requests as messages, and replies held to what was asked for. */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type InferParameterSchema,
  type ModelInferRequest,
  ModelInferRequestSchema,
  type ModelInferResponse,
} from "../proto/gen/inference_pb.ts";
import { badReply } from "./errors.ts";
import {
  assertByteLength,
  type Tensor,
  tensorByteLength,
  tensorFromBytes,
  type TensorSpec,
} from "./tensor.ts";

/** An input sent along: raw bytes, little-endian, row-major, that nobody changes before the reply. */
export interface InlineInput extends TensorSpec {
  readonly bytes: Uint8Array;
}

/** An input that lies in a region which the server has registered. */
export interface SharedInput extends TensorSpec {
  /** Name of the region. */
  readonly region: string;
  /** Where in the region the tensor begins. */
  readonly byteOffset: number;
}

/** One inference. */
export interface InferRequest {
  readonly model: string;
  /** One of the model's; the server chooses unless it is given. */
  readonly version?: string | undefined;
  readonly inputs: readonly (InlineInput | SharedInput)[];
  /** The outputs wanted, with the datatypes and shapes that they must come back in. */
  readonly outputs: readonly TensorSpec[];
}

/**
 * The request as a message. Its inputs must all be inline or all shared; what Triton makes of a mix is not known.
 *
 * @throws {RangeError} when an input's bytes and shape differ in size.
 */
export function encodeInferRequest(request: InferRequest): ModelInferRequest {
  const rawInputContents: Uint8Array[] = [];
  const inputs = request.inputs.map((input) => {
    const { name, datatype } = input;
    const shape = input.shape.map(BigInt);
    if ("region" in input) return { name, datatype, shape, parameters: memoryParameters(input) };
    assertByteLength(input, input.bytes.byteLength);
    rawInputContents.push(input.bytes);
    return { name, datatype, shape };
  });
  if (rawInputContents.length !== 0 && rawInputContents.length !== inputs.length) {
    throw new RangeError("Cannot mix inline inputs with inputs in shared memory");
  }
  const outputs = request.outputs.map(({ name }) => ({ name }));
  return create(ModelInferRequestSchema, {
    modelName: request.model,
    modelVersion: request.version ?? "",
    inputs,
    outputs,
    rawInputContents,
  });
}

/**
 * The outputs in the order they were asked for.
 *
 * @throws {TritonError} `bad_reply` when one is missing or has another datatype, shape or size.
 */
export function decodeInferReply(
  request: InferRequest,
  reply: ModelInferResponse,
  action: string,
): Tensor[] {
  return request.outputs.map((spec) => {
    const index = reply.outputs.findIndex(({ name }) => name === spec.name);
    const output = reply.outputs[index];
    if (output === undefined) throw badReply(action, `the reply has no output ${spec.name}`);
    const found = `${output.datatype} [${output.shape}]`;
    const wanted = `${spec.datatype} [${spec.shape}]`;
    if (found !== wanted) throw badReply(action, `${spec.name} must be ${wanted}: it is ${found}`);
    const bytes = reply.rawOutputContents[index] ?? new Uint8Array();
    const expected = tensorByteLength(spec);
    if (bytes.byteLength !== expected) {
      throw badReply(
        action,
        `${spec.name} must have ${expected} bytes: it has ${bytes.byteLength}`,
      );
    }
    return tensorFromBytes(spec, bytes as Uint8Array<ArrayBuffer>);
  });
}

type Parameters = Record<string, MessageInitShape<typeof InferParameterSchema>>;

function memoryParameters(input: SharedInput): Parameters {
  const size = tensorByteLength(input);
  return {
    shared_memory_region: { parameterChoice: { case: "stringParam", value: input.region } },
    shared_memory_byte_size: { parameterChoice: { case: "int64Param", value: BigInt(size) } },
    shared_memory_offset: {
      parameterChoice: { case: "int64Param", value: BigInt(input.byteOffset) },
    },
  };
}
