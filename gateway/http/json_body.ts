/** JSON bodies, parsed at a bounded cost: `JSON.parse` alone takes seconds for some bodies of a few megabytes. */
import { GatewayError } from "../errors.ts";

/** Depth of `{"images": ["…"]}` is 2; more is no embed request. */
const DEPTH_MAX = 8;
/** Bytes outside strings, at least one a token, so they bound what parsing costs; 32 images need about 100. */
const STRUCTURE_BYTES_MAX = 64 * 1024;
/** Quotes inside one string; base64 has none, and looking for them is not free either. */
const ESCAPED_QUOTES_MAX = 1000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

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
  } catch {
    // Without its cause, which quotes the body: payloads have no place in the log.
    throw new GatewayError("invalid_json", "Cannot read body: it is not JSON in UTF-8");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new GatewayError("invalid_body", "Cannot read body: it must be a JSON object");
  }
  return value as Record<string, unknown>;
}

/** Walks the bytes outside strings, jumping over strings at memory speed, and stops at the first excess. */
function assertStructure(body: Uint8Array): void {
  let depth = 0;
  let structureBytes = 0;
  for (let offset = 0; offset < body.length; offset++) {
    const byte = body[offset] as number;
    if (byte === QUOTE) offset = stringEnd(body, offset + 1);
    else if (OPENING.includes(byte)) depth++;
    else if (CLOSING.includes(byte)) depth--;
    structureBytes++;
    if (depth > DEPTH_MAX || structureBytes > STRUCTURE_BYTES_MAX) throw tooComplex();
  }
}

/** Offset of the quote that ends a string, or the body's length. */
function stringEnd(body: Uint8Array, start: number): number {
  let quote = body.indexOf(QUOTE, start);
  for (let escaped = 0; quote >= 0 && isEscaped(body, quote, start); escaped++) {
    if (escaped >= ESCAPED_QUOTES_MAX) throw tooComplex();
    quote = body.indexOf(QUOTE, quote + 1);
  }
  return quote < 0 ? body.length : quote;
}

/** A quote behind an odd number of backslashes belongs to the string. */
function isEscaped(body: Uint8Array, quote: number, start: number): boolean {
  let backslashes = 0;
  while (quote - backslashes > start && body[quote - backslashes - 1] === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

function tooComplex(): GatewayError {
  return new GatewayError(
    "invalid_json",
    `Cannot read body as its JSON must nest ≤ ${DEPTH_MAX} deep and hold ≤ ${STRUCTURE_BYTES_MAX} bytes outside strings`,
  );
}
