/** Inputs of datatype BYTES: encoded images or texts. */
import type { Modality } from "../../../models/contract/manifest.ts";
import type { AskedInput, EmbedRequest, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError, InputFailure, limitError } from "../../contract/errors.ts";
import { splitElements } from "../codec/bytes_tensor.ts";
import { assertImageCount, decodeImage } from "../codec/image_list.ts";
import { assertTextCount, decodePlainText, readText } from "../codec/text_list.ts";
import type { KserveInput } from "./kserve_schema.ts";
import { assertBinarySize, flatData } from "./kserve_data.ts";

/** What becomes of a request's input. */
type ReadInput = Pick<EmbedRequest, "inputs" | "modality">;

/** What messages call an element of an input. */
export function nameElement(index: number): string {
  return `Element ${index}`;
}

/**
 * Reads an input: `image` or `text`, of shape [n] or with ones around it.
 *
 * @param tail What is behind the JSON.
 * @throws {GatewayError}
 */
export function readBytesInput(
  input: KserveInput,
  tail: Uint8Array<ArrayBuffer>,
  limits: EmbedRequestLimits,
): ReadInput {
  const { name: modality, shape } = input;
  if (modality !== "image" && modality !== "text") {
    throw new GatewayError("invalid_body", "Cannot embed as a BYTES input must be image or text");
  }
  if (shape.filter((extent) => extent !== 1).length > 1) {
    throw new GatewayError(
      "invalid_body",
      "Cannot embed as the shape of a BYTES input must be [n], or with ones beside n",
    );
  }
  const count = shape.reduce((product, extent) => product * extent, 1);
  assertCount(count, modality, limits);
  const data = flatData(input, tail);
  if (data === undefined) {
    assertBinarySize(input, tail);
    return readElements(splitElements(tail, count), modality, limits);
  }
  if (data.length !== count || !data.every((value) => typeof value === "string")) {
    throw new GatewayError(
      "invalid_body",
      `Cannot embed as data must be ${count} strings, as the shape says`,
    );
  }
  return readElements(data as string[], modality, limits);
}

/**
 * Reads elements, as bytes or as JSON's strings: those of images are base64 or a data URI.
 *
 * @throws {GatewayError} An `InputFailure` of the first that is wrong, where there are several.
 */
export function readElements(
  elements: readonly (Uint8Array<ArrayBuffer> | string)[],
  modality: Modality,
  limits: EmbedRequestLimits,
): ReadInput {
  const read = modality === "image" ? readImage : readWords;
  const inputs = elements.map((element, index) => {
    const input = read(element, limits);
    if (!(input instanceof GatewayError)) return input;
    throw elements.length === 1 ? input : new InputFailure(input, index, nameElement(index));
  });
  return { inputs, modality };
}

/** A copy of bytes, as each image's move to a worker by themselves. */
function readImage(
  element: Uint8Array<ArrayBuffer> | string,
  limits: EmbedRequestLimits,
): AskedInput {
  if (typeof element === "string") return decodeImage(element, limits, true);
  if (element.length <= limits.imageBytesMax) return element.slice();
  return limitError("body_too_large", {
    action: "decode image",
    quantity: "its bytes",
    limit: limits.imageBytesMax,
    value: element.length,
  });
}

function readWords(
  element: Uint8Array<ArrayBuffer> | string,
  limits: EmbedRequestLimits,
): AskedInput {
  return typeof element === "string"
    ? readText(element, limits)
    : decodePlainText(element, "utf-8", limits);
}

function assertCount(count: number, modality: Modality, limits: EmbedRequestLimits): void {
  if (modality === "image") assertImageCount(count, limits);
  else assertTextCount(count, limits);
}
