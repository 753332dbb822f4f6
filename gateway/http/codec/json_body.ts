/** JSON bodies, parsed at a bounded cost: `JSON.parse` alone takes seconds for some bodies of a few megabytes. */
import { GatewayError } from "../../contract/errors.ts";
import { assertJson, type BodyKind } from "./body_kind.ts";

/** Depth of `{"images": ["…"]}` is 2; more is no embed request. */
const DEPTH_MAX = 8;
/** Characters outside strings, at least one a token, so they bound what parsing costs; 32 images need about 100. */
const STRUCTURE_LENGTH_MAX = 64 * 1024;
/** Quotes inside one string; base64 has none, a text of the default length as many at most, and looking for them is not free. */
const ESCAPED_QUOTES_MAX = 5000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/** Ten times as fast as one that is fatal, and strings of ASCII take a byte a character. */
const decoder = new TextDecoder();
const fatalDecoder = new TextDecoder("utf-8", { fatal: true });
/** What the decoder puts for bytes that are not UTF-8; texts may also hold it by right. */
const REPLACEMENT = "\ufffd";

/** A request of JSON, or of something else. */
interface JsonRequest {
  readonly kind: BodyKind;
  readonly body: Uint8Array;
}

/** Fields of requests that somebody has looked into already, to tell whose they are. */
const parsed = new WeakMap<JsonRequest, Record<string, unknown>>();

/**
 * The fields of a request's JSON object, parsed once; see `parseJsonObject()`.
 *
 * @throws {GatewayError} `unsupported_media_type`, `invalid_json` or `invalid_body`.
 */
export function readJsonFields(request: JsonRequest): Record<string, unknown> {
  const known = parsed.get(request);
  if (known !== undefined) return known;
  assertJson(request.kind);
  const fields = parseJsonObject(request.body);
  parsed.set(request, fields);
  return fields;
}

/**
 * Parses a JSON object. A field that is null is left out: typed clients write so what was not set, whatever its name.
 *
 * @throws {GatewayError} `invalid_json`, or `invalid_body` when the value is not an object.
 */
export function parseJsonObject(body: Uint8Array): Record<string, unknown> {
  const text = decodeText(body);
  assertStructure(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without its cause, which quotes the body: payloads have no place in the log.
    throw notJson();
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new GatewayError("invalid_body", "Cannot read body: it must be a JSON object");
  }
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

function decodeText(body: Uint8Array): string {
  const text = decoder.decode(body);
  if (!text.includes(REPLACEMENT)) return text;
  try {
    return fatalDecoder.decode(body);
  } catch {
    throw notJson();
  }
}

/** Walks what is outside strings, jumping over strings at memory speed, and stops at the first excess. */
function assertStructure(text: string): void {
  let depth = 0;
  let structureLength = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === QUOTE) offset = stringEnd(text, offset + 1);
    else if (OPENING.includes(unit)) depth++;
    else if (CLOSING.includes(unit)) depth--;
    structureLength++;
    if (depth > DEPTH_MAX || structureLength > STRUCTURE_LENGTH_MAX) throw tooComplex();
  }
}

/** Offset of the quote that ends a string, or the text's length. */
function stringEnd(text: string, start: number): number {
  let quote = text.indexOf('"', start);
  for (let escaped = 0; quote >= 0 && isEscaped(text, quote, start); escaped++) {
    if (escaped >= ESCAPED_QUOTES_MAX) throw tooComplex();
    quote = text.indexOf('"', quote + 1);
  }
  return quote < 0 ? text.length : quote;
}

/** A quote behind an odd number of backslashes belongs to the string. */
function isEscaped(text: string, quote: number, start: number): boolean {
  let first = quote;
  while (first > start && text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (quote - first) % 2 === 1;
}

function notJson(): GatewayError {
  return new GatewayError("invalid_json", "Cannot read body: it is not JSON in UTF-8");
}

function tooComplex(): GatewayError {
  return new GatewayError(
    "invalid_json",
    `Cannot read body as its JSON must nest ≤ ${DEPTH_MAX} deep and hold ≤ ${STRUCTURE_LENGTH_MAX} characters outside strings`,
  );
}
