/** Inputs and names as schemas, for requests of JSON and for the API's description. */
import { z } from "zod";
import { ERROR_CATALOGUE, type ErrorCode } from "../../contract/catalogue.ts";
import { MODEL_NAME_LENGTH_MAX } from "./model_name.ts";

/** A grey JPEG of 8 × 8 pixels, as an example that can be sent. */
export const EXAMPLE_PHOTO =
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABv/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AWP/Z";

/** An image; what its bytes are is no schema's to say. */
export const IMAGE_TEXT: z.ZodString = z.string().meta({
  id: "image_text",
  format: "image-base64",
  description: "An image as base64 or data URI (data:image/jpeg;base64,…)",
  limit: "image_bytes",
  examples: [EXAMPLE_PHOTO],
});

/** Words; how many signs of them mean nothing is no schema's to say. */
export const WORDS: z.ZodString = z.string().meta({
  id: "words",
  format: "words",
  description: "A text with at least one word, sign or number",
  limit: "text_characters",
  examples: ["a dog on a beach"],
});

/** A model's or an alias' name; whether it is served is no schema's to say. */
export const MODEL_NAME: z.ZodString = z.string().min(1).max(MODEL_NAME_LENGTH_MAX).meta({
  id: "model_name",
  format: "model-name",
  description:
    "Which model answers, of those in /models; the default of the inputs' kind without it",
});

/** An image or a text by itself; the other one may be null. */
export const INPUT = z.union([
  z.strictObject({ image: IMAGE_TEXT, text: z.null().optional() }),
  z.strictObject({ text: WORDS, image: z.null().optional() }),
]).meta({ id: "input" });

/** Images in a list. */
export const IMAGE_TEXTS = z.array(IMAGE_TEXT).min(1).meta({ limit: "request_images" });

/** Texts in a list. */
export const WORDS_LIST = z.array(WORDS).min(1).meta({ limit: "request_texts" });

/** Images and texts side by side. */
export const INPUTS = z.array(INPUT).min(1).meta({ limit: "request_inputs" });

/** A file as it is: the first bytes say which format it has. */
export const FILE = z.file().meta({ description: "A file as it is", limit: "image_bytes" });

/** The codes that a reply can have. */
export const ERROR_CODE = z.enum(
  Object.keys(ERROR_CATALOGUE).filter((code) => code !== "client_closed") as ErrorCode[],
).meta({ id: "error_code" });

/** An embedding, by option `encoding_format`. */
export const EMBEDDING = z.union([
  z.array(z.number()).meta({ description: "float32 numbers, as many as the model's dim" }),
  z.string().meta({ description: "base64 of float32 numbers, little-endian" }),
]).meta({ id: "embedding" });
