/** JSON bodies, parsed at a bounded cost: `JSON.parse` alone takes seconds for some bodies of a few megabytes. */
import { GatewayError } from "../errors.ts";

/** Depth of `{"images": ["…"]}` is 2; more is no embed request. */
const DEPTH_MAX = 8;
/** Quotes, brackets, commas and colons outside strings; 32 images need about 100. */
const TOKENS_MAX = 20_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];
const SEPARATORS = [0x2c, 0x3a];

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses a JSON object.
 *
 * @throws {GatewayError} `invalid_json`, or `invalid_body` when the value is not an object.
 */
export function parseJsonObject(body: Uint8Array): Record<string, unknown> {
  assertStructure(body);
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(body));
  } catch (cause) {
    throw new GatewayError("invalid_json", "Cannot read body: it is not JSON in UTF-8", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new GatewayError("invalid_body", "Cannot read body: it must be a JSON object");
  }
  return value as Record<string, unknown>;
}

/** Walks the bytes outside strings, jumping over strings at memory speed, and stops at the first excess. */
function assertStructure(body: Uint8Array): void {
  let depth = 0;
  let tokens = 0;
  for (let offset = 0; offset < body.length; offset++) {
    const byte = body[offset] as number;
    if (byte === QUOTE) {
      offset = stringEnd(body, offset + 1);
      tokens++;
    } else if (OPENING.includes(byte)) {
      depth++;
      tokens++;
    } else if (CLOSING.includes(byte)) {
      depth--;
    } else if (SEPARATORS.includes(byte)) {
      tokens++;
    }
    if (depth > DEPTH_MAX || tokens > TOKENS_MAX) {
      throw new GatewayError(
        "invalid_json",
        `Cannot read body as its JSON must nest ≤ ${DEPTH_MAX} deep and hold ≤ ${TOKENS_MAX} tokens`,
      );
    }
  }
}

/** Offset of the quote that ends a string, or the body's length. */
function stringEnd(body: Uint8Array, start: number): number {
  let quote = body.indexOf(QUOTE, start);
  while (quote >= 0 && isEscaped(body, quote, start)) quote = body.indexOf(QUOTE, quote + 1);
  return quote < 0 ? body.length : quote;
}

/** A quote behind an odd number of backslashes belongs to the string. */
function isEscaped(body: Uint8Array, quote: number, start: number): boolean {
  let backslashes = 0;
  while (quote - backslashes > start && body[quote - backslashes - 1] === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
