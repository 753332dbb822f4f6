/** `POST /v2/models/{model}/infer`: encoded images or texts as BYTES, or model inputs as they are. */
import type { EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import type { TensorReply } from "../../contract/tensors.ts";
import { checkFields } from "../codec/json_schema.ts";
import { readModelName } from "../codec/model_name.ts";
import { textOf } from "../codec/text_list.ts";
import { JSON_LENGTH_HEADER, splitTensorBody } from "../codec/tensor_body.ts";
import type { EncodedRequest } from "./dialect.ts";
import { readBytesInput, readElements } from "./kserve_bytes.ts";
import { type KserveInput, type KserveRequest, requestSchema } from "./kserve_schema.ts";
import { readTensorInput } from "./kserve_tensor.ts";

/** The model that stands for whichever answers requests that name none. */
export const VIRTUAL_MODEL = "embed";
/** Its only version. */
export const VIRTUAL_VERSION = "1";
/** What embeddings are called, unless a model was given tensors and has its own name for them. */
export const OUTPUT_NAME = "embedding";

/** Options that stand among a request's parameters; what else stands there is other servers'. */
const OPTION_NAMES = ["normalize", "orient", "decode"];

/** Parameters that ask for what is not to be had, and would not be noticed if it were left out. */
const REFUSED = {
  shared_memory_region: "send tensors with the request",
  classification: "embeddings are no classes",
} as const;

/** A request, whatever its encoding. */
export interface InferRequest extends Pick<EncodedRequest, "params" | "defaults"> {
  readonly head: KserveRequest;
  /** The tensors behind it. */
  readonly tail: Uint8Array<ArrayBuffer>;
}

/** Reads a body; see `Dialect.decode()`. */
export function decodeKserve(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const { body, headers, params, defaults } = request;
  const { fields, tail } = splitTensorBody(body, headers[JSON_LENGTH_HEADER]);
  if (fields === undefined) return decodeRaw(request, readModel(params), limits);
  const head = checkFields(requestSchema, fields);
  return readInfer({ head, tail, params, defaults }, limits);
}

/**
 * Reads a request.
 *
 * @throws {GatewayError}
 */
export function readInfer(
  { head, tail, params, defaults }: InferRequest,
  limits: EmbedRequestLimits,
): EmbedRequest {
  const model = readModel(params);
  const input = onlyInput(head);
  const read = input.datatype === "BYTES"
    ? readBytesInput(input, tail, limits)
    : readTensorInput(input, tail, limits);
  if ("tensor" in read && model === undefined) {
    throw new GatewayError(
      "invalid_option",
      `Cannot embed as model ${VIRTUAL_MODEL} takes BYTES: a tensor is another model's, by its name`,
    );
  }
  const given = Object.entries(head.parameters ?? {})
    .filter(([name, value]) => OPTION_NAMES.includes(name) && value !== null);
  // As Triton gives a model's output, unless it is asked for otherwise.
  const normalize = !("tensor" in read);
  return {
    ...read,
    model,
    isSingle: false,
    options: parseOptions({ ...defaults, normalize, ...Object.fromEntries(given) }),
    tensorReply: readReply(head, "tensor" in read),
  };
}

/** All of the body is the only element: a text where it can be one, else an image. */
function decodeRaw(
  { body, defaults }: EncodedRequest,
  model: string | undefined,
  limits: EmbedRequestLimits,
): EmbedRequest {
  const isText = textOf(body, limits) !== undefined;
  return {
    ...readElements([body], isText ? "text" : "image", limits),
    model,
    isSingle: false,
    options: parseOptions({ ...defaults }),
    tensorReply: { isBinary: true },
  };
}

function readModel({ model, version }: EncodedRequest["params"]): string | undefined {
  if (model === VIRTUAL_MODEL && (version ?? VIRTUAL_VERSION) === VIRTUAL_VERSION) return undefined;
  return readModelName(version === undefined ? model : `${model}:${version}`);
}

function onlyInput({ inputs }: KserveRequest): KserveInput {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    const isTwice = others.some(({ name }) => name === input?.name);
    throw new GatewayError(
      "invalid_body",
      isTwice
        ? "Cannot embed as no two inputs may have one name"
        : `Cannot embed as a request must have one input, image or text, of one or more elements: it has ${inputs.length}`,
    );
  }
  assertNone(input.parameters, "shared_memory_region");
  return input;
}

/** The last of an output's names counts, as they must be alike. */
function readReply(
  { id, parameters, outputs = [] }: KserveRequest,
  isTensor: boolean,
): TensorReply {
  let [output, isBinary]: [string | undefined, boolean] = [
    undefined,
    parameters?.binary_data_output === true,
  ];
  for (const { name, parameters: own } of outputs) {
    if ((output ?? name) !== name || !isTensor && name !== OUTPUT_NAME) {
      throw new GatewayError(
        "invalid_body",
        `Cannot embed as the only output is ${isTensor ? "the model's" : OUTPUT_NAME}`,
      );
    }
    assertNone(own, "shared_memory_region");
    assertNone(own, "classification");
    output = name;
    if (typeof own?.binary_data === "boolean") isBinary = own.binary_data;
  }
  return { ...id !== undefined && { id }, ...output !== undefined && { output }, isBinary };
}

function assertNone(parameters: KserveRequest["parameters"], name: keyof typeof REFUSED): void {
  if (parameters?.[name] === undefined || parameters[name] === null) return;
  throw new GatewayError(
    "invalid_option",
    `Cannot embed with parameter ${name}: ${REFUSED[name]}`,
  );
}
