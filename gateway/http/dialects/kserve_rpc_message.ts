/** Messages of KServe's service, `inference.GRPCInferenceService`, from and to what its JSON is. */
import {
  create,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type MessageInitShape,
  type MessageShape,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import {
  type InferParameter,
  type ModelInferRequest,
  ModelInferRequestSchema,
} from "../../../proto/gen/inference_pb.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseJsonObject } from "../codec/json_body.ts";
import { readRpcFormat, rpcMessage, rpcReply } from "../codec/rpc_body.ts";
import type { KserveRequest } from "./kserve_schema.ts";

/** Of a message, but for its tensors: as JSON's outside strings, it bounds what parsing costs. */
const STRUCTURE_BYTES_MAX = 64 * 1024;
/** Field 7 of ModelInferRequest, raw_input_contents. */
const RAW_FIELD = 7;

/** A call's body, and what it says of it. */
interface Call {
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A request as its JSON is, and what stands behind it. */
export interface RpcInference {
  readonly head: KserveRequest;
  readonly tail: Uint8Array<ArrayBuffer>;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Reads a call's message.
 *
 * @throws {GatewayError} `unsupported_media_type`, `invalid_json` or `invalid_body`.
 */
export function readMessage<Desc extends DescMessage>(
  schema: Desc,
  { contentType, body }: Call,
): MessageShape<Desc> {
  const format = readRpcFormat(contentType);
  const message = rpcMessage(body, format);
  if (!format.isJson) assertStructure(message);
  const fields = format.isJson ? parseJsonObject(message) as JsonValue : undefined;
  try {
    return fields === undefined
      ? fromBinary(schema, message, { readUnknownFields: false })
      : fromJson(schema, fields, { ignoreUnknownFields: true });
  } catch {
    // Without its cause, which quotes the body.
    throw notProtobuf(schema.name);
  }
}

/** A good reply to a call. */
export function writeMessage<Desc extends DescMessage>(
  schema: Desc,
  init: MessageInitShape<Desc>,
  contentType: string,
): Response {
  const format = readRpcFormat(contentType);
  const message = create(schema, init);
  const bytes = format.isJson
    ? new TextEncoder().encode(toJsonString(schema, message, { alwaysEmitImplicit: true }))
    : toBinary(schema, message);
  return rpcReply(bytes, format);
}

/** @throws {GatewayError} as `readMessage()`, or `invalid_body` where there are not as many tensors as inputs. */
export function readInference(call: Call): RpcInference {
  const request = readMessage(ModelInferRequestSchema, call);
  const { id, modelName: model, modelVersion: version, inputs, rawInputContents: raw } = request;
  if (raw.length !== inputs.length) {
    throw new GatewayError(
      "invalid_body",
      `Cannot embed as raw_input_contents must have one entry an input, of which there are ${inputs.length}: it has ${raw.length}`,
    );
  }
  return {
    head: {
      ...id !== "" && { id },
      parameters: plainParameters(request.parameters),
      inputs: inputs.map(({ name, datatype, shape, parameters }, index) => ({
        ...{ name, datatype, shape: shape.map(Number) },
        parameters: { ...plainParameters(parameters), binary_data_size: raw[index]?.length },
      })),
      outputs: request.outputs.map(({ name, parameters }) => ({
        name,
        parameters: plainParameters(parameters),
      })),
    },
    tail: (raw[0] ?? new Uint8Array()) as Uint8Array<ArrayBuffer>,
    params: { model, ...version !== "" && { version } },
  };
}

function plainParameters(
  parameters: ModelInferRequest["parameters"],
): Record<string, string | boolean | number | undefined> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, plainValue(parameter)]),
  );
}

function plainValue({ parameterChoice: { value } }: InferParameter) {
  return typeof value === "bigint" ? Number(value) : value;
}

/** Counts what is outside of tensors, without making anything of it. */
function assertStructure(message: Uint8Array): void {
  const reader = new BinaryReader(message);
  let bytes = 0;
  while (reader.pos < reader.len && bytes <= STRUCTURE_BYTES_MAX) {
    const start = reader.pos;
    try {
      const [field, type] = reader.tag();
      const isTensor = field === RAW_FIELD && type === WireType.LengthDelimited;
      const length = isTensor ? reader.uint32() : 0;
      if (isTensor) reader.pos += length;
      else reader.skip(type, field);
      bytes += reader.pos - start - length;
    } catch {
      throw notProtobuf("message");
    }
  }
  if (bytes <= STRUCTURE_BYTES_MAX) return;
  throw new GatewayError(
    "invalid_body",
    `Cannot read call as its message must hold ≤ ${STRUCTURE_BYTES_MAX} bytes outside raw_input_contents`,
  );
}

function notProtobuf(name: string): GatewayError {
  return new GatewayError("invalid_body", `Cannot read call as its body must be a ${name}`);
}
