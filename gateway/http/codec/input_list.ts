/** Lists of images and texts side by side: `[{"image": …}, {"text": …}]`. */
import type { Modality } from "../../../models/contract/manifest.ts";
import type { AskedInput, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError, InputFailure } from "../../contract/errors.ts";
import { decodeImage, tooManyImages } from "./image_list.ts";
import { readText, tooManyTexts } from "./text_list.ts";

/** Inputs in order, and what they are: one word where they are alike. */
export interface InputList {
  readonly inputs: readonly AskedInput[];
  readonly modality: Modality | readonly Modality[];
}

/** An input as JSON has it. */
interface JsonInput {
  readonly modality: Modality;
  readonly text: string;
}

/** How a list is read. */
export interface InputListOptions {
  readonly limits: EmbedRequestLimits;
  /** Whether an input that cannot be read becomes its item's error instead of the request's. */
  readonly keepErrors: boolean;
  /** What messages call an input; unless given, by where it stands. */
  readonly nameInput?: (index: number) => string;
}

/**
 * Reads a list of inputs.
 *
 * @throws {GatewayError} `invalid_body`, or as lists of images and of texts.
 */
export function readInputs(
  list: unknown,
  { limits, keepErrors, nameInput = (index) => `Input ${index}` }: InputListOptions,
): InputList {
  if (!Array.isArray(list) || list.length === 0) {
    throw new GatewayError("invalid_body", "Cannot embed: inputs must be a list of at least one");
  }
  const read = list.map((input, index) => readJsonInput(input, nameInput(index)));
  const images = read.filter(({ modality }) => modality === "image").length;
  if (images > limits.imagesMax) throw tooManyImages(limits, images);
  if (read.length - images > limits.textsMax) throw tooManyTexts(limits, read.length - images);
  const inputs = read.map(({ modality, text }, index) => {
    const input = modality === "image" ? decodeImage(text, limits, true) : readText(text, limits);
    if (!(input instanceof GatewayError) || keepErrors) return input;
    throw new InputFailure(input, index, nameInput(index));
  });
  return { inputs, modality: modalityOf(read.map(({ modality }) => modality)) };
}

/** One word for a list of the same. */
export function modalityOf(modalities: readonly Modality[]): Modality | readonly Modality[] {
  const [first] = modalities;
  return first !== undefined && modalities.every((modality) => modality === first)
    ? first
    : modalities;
}

function readJsonInput(input: unknown, name: string): JsonInput {
  const { image, text, ...rest } = Object(input) as Record<string, unknown>;
  const [[modality, value] = [], ...others] = Object.entries({ image, text })
    .filter(([, value]) => value !== undefined && value !== null);
  if (typeof value === "string" && others.length === 0 && Object.keys(rest).length === 0) {
    return { modality: modality as Modality, text: value };
  }
  throw new GatewayError(
    "invalid_body",
    `Cannot embed: ${name} must be an object with either image or text, which are strings`,
  );
}
