/** Inputs of other datatypes than BYTES: what the model takes, made by the client. */
import type { EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError, InputFailure } from "../../contract/errors.ts";
import type { TensorDatatype } from "../../contract/tensors.ts";
import { assertImageCount } from "../codec/image_list.ts";
import { assertTextCount } from "../codec/text_list.ts";
import { nameElement } from "./kserve_bytes.ts";
import { assertBinarySize, flatData } from "./kserve_data.ts";
import type { KserveInput } from "./kserve_schema.ts";

/** Bytes of one element. */
const ELEMENT_BYTES: Readonly<Record<TensorDatatype, number>> = {
  FP32: 4,
  UINT8: 1,
  INT32: 4,
};

/**
 * Reads an input: bytes, little-endian and row-major, one item of the batch each. Which model takes them is not asked
 * here.
 *
 * @param tail What is behind the JSON.
 * @throws {GatewayError}
 */
export function readTensorInput(
  input: KserveInput,
  tail: Uint8Array<ArrayBuffer>,
  limits: EmbedRequestLimits,
): Pick<EmbedRequest, "inputs" | "modality" | "tensor"> {
  const { name, shape } = input;
  if (limits.takesTensors !== true) {
    throw new GatewayError(
      "invalid_option",
      "Cannot embed as an input's datatype must be BYTES: encoded images or texts; the gateway takes tensors where GATEWAY_TENSOR_INPUT is on",
    );
  }
  const datatype = readDatatype(input.datatype);
  const [count = 0, ...item] = shape;
  if (datatype === "INT32") assertTextCount(count, limits);
  else assertImageCount(count, limits);
  const itemBytes = item.reduce((product, extent) => product * extent, ELEMENT_BYTES[datatype]);
  const data = flatData(input, tail);
  if (data === undefined) assertBinarySize(input, tail);
  const bytes = data === undefined ? tail : bytesOf(data, datatype);
  if (bytes.length !== count * itemBytes) {
    throw new GatewayError(
      "invalid_body",
      `Cannot embed as a tensor of the input's shape and datatype has ${
        count * itemBytes
      } bytes: there are ${bytes.length}`,
    );
  }
  const inputs = Array.from(
    { length: count },
    (_, index) => bytes.slice(index * itemBytes, (index + 1) * itemBytes),
  );
  if (datatype === "FP32") assertFinite(inputs);
  return { inputs, modality: "image", tensor: { name, datatype, shape } };
}

function readDatatype(datatype: string): TensorDatatype {
  if (Object.hasOwn(ELEMENT_BYTES, datatype)) return datatype as TensorDatatype;
  throw new GatewayError(
    "invalid_body",
    `Cannot embed as an input's datatype must be BYTES, ${Object.keys(ELEMENT_BYTES).join(", ")}`,
  );
}

/** Numbers of JSON as elements; what is none of the datatype's is refused, and never rounded. */
function bytesOf(data: readonly unknown[], datatype: TensorDatatype): Uint8Array<ArrayBuffer> {
  const values = data.every((value) => typeof value === "number") ? data as number[] : [NaN];
  const elements = datatype === "FP32"
    ? Float32Array.from(values)
    : datatype === "INT32"
    ? Int32Array.from(values)
    : Uint8Array.from(values);
  if (datatype !== "FP32" && elements.some((element, index) => element !== values[index])) {
    throw new GatewayError("invalid_body", `Cannot embed as data must be numbers of ${datatype}`);
  }
  return new Uint8Array(elements.buffer);
}

/** A value that is no number, or infinite, spreads over its whole embedding. */
function assertFinite(inputs: readonly Uint8Array<ArrayBuffer>[]): void {
  inputs.forEach((bytes, index) => {
    const values = new Float32Array(bytes.buffer);
    let zero = 0;
    for (let at = 0; at < values.length; at++) zero += (values[at] as number) * 0;
    // NaN, once a value was NaN or infinite.
    if (zero === 0) return;
    const error = new GatewayError("invalid_body", "Cannot embed as all values must be finite");
    throw inputs.length === 1 ? error : new InputFailure(error, index, nameElement(index));
  });
}
