/** Inputs as parts of a chat's messages, and as objects of one image or text. */
import { GatewayError } from "../../contract/errors.ts";
import { isDataUri } from "./data_uri.ts";

/** An input of JSON: an image as base64, data URI or address, or a text. */
export type JsonPart = { readonly image: string } | { readonly text: string };

/** How base64 of JPEG, PNG, WebP and GIF begins, in either alphabet. */
const PHOTO_START = /^\s*(?:[/_]9j[/_]|iVBORw0KGgo|UklGR|R0lGOD)/;
/** No word begins so and is as long. */
const PHOTO_LENGTH_MIN = 64;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads `{image}`, `{text}` and the parts of a chat: `{type: "text", text}`, `{type: "image_url", image_url: {url}}`, whose
 * address may stand by itself, and `{type: "image_base64", image_base64}`.
 *
 * @param name What messages call the input.
 * @throws {GatewayError} `invalid_body`.
 */
export function readPart(part: unknown, name: string): JsonPart {
  const { type, image, image_url: url, image_base64: base64, text } = fieldsOf(part);
  const images = [image, url, base64].filter(isGiven);
  const [value] = images;
  if (images.length === 1 && !isGiven(text) && isType(type, /^(?:input_)?image/)) {
    const address = typeof value === "string" ? value : fieldsOf(value).url;
    if (typeof address === "string") return { image: address };
  }
  if (images.length === 0 && typeof text === "string" && isType(type, /^(?:input_)?text$/)) {
    return { text };
  }
  throw new GatewayError(
    "invalid_body",
    `Cannot embed: ${name} must be a string, or an object or part with one image or one text`,
  );
}

/**
 * Reads a string of which nobody says what it is: an image if it is a data URI, else a text.
 *
 * @param name What messages call the input.
 * @throws {GatewayError} `invalid_body` for base64 that lacks a data URI's head: as a text it would be nonsense.
 */
export function readString(value: string, name: string): JsonPart {
  if (isDataUri(value)) return { image: value };
  if (value.length < PHOTO_LENGTH_MIN || !PHOTO_START.test(value)) return { text: value };
  throw new GatewayError(
    "invalid_body",
    `Cannot embed: ${name} is base64 of an image, which a string says by data:image/…;base64, in front`,
  );
}

/** Whether a value is a message of a chat. */
export function isMessage(value: unknown): boolean {
  return hasContent(value) && typeof fieldsOf(value).role === "string";
}

/** Whether a value has parts as a message has; a list of those that nobody says is no conversation. */
export function hasContent(value: unknown): boolean {
  return typeof value === "object" && isGiven(fieldsOf(value).content);
}

/**
 * Reads the one part of a conversation that is to be embedded. An empty text beside it is none: clients whose template
 * wants a text send one with every image.
 *
 * @throws {GatewayError} `invalid_body`.
 */
export function readConversation(messages: readonly unknown[], name: string): JsonPart {
  const parts = messages.flatMap((message) => {
    const { content } = fieldsOf(message);
    return (Array.isArray(content) ? content : [content])
      .map((part) => typeof part === "string" ? { text: part } : readPart(part, name));
  });
  return onlyPart(parts, name);
}

/**
 * The one part of an input; see `readConversation()`.
 *
 * @throws {GatewayError} `invalid_body` where there are several, or none.
 */
export function onlyPart(parts: readonly JsonPart[], name: string): JsonPart {
  const full = parts.length > 1
    ? parts.filter((part) => !("text" in part) || part.text !== "")
    : parts;
  const [part] = full;
  if (part !== undefined && full.length === 1) return part;
  throw new GatewayError(
    "invalid_body",
    `Cannot embed: ${name} has ${full.length} parts and must have one, an image or a text, as no model here makes one vector of several`,
  );
}

function fieldsOf(value: unknown): Fields {
  return Object(value) as Fields;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isType(type: unknown, names: RegExp): boolean {
  return !isGiven(type) || typeof type === "string" && names.test(type);
}
