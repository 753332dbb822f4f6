/** Texts to embed, within a request's limits. */
import { sniffFormat } from "../../../preprocess/header/format.ts";
import type { EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError, InputFailure, limitError } from "../../contract/errors.ts";

/** UTF-16 takes two units for a character at most, and UTF-8 four bytes. */
const UNITS_PER_CHARACTER_MAX = 2;
const BYTES_PER_CHARACTER_MAX = 4;

/**
 * Checks a list of texts.
 *
 * @param keepErrors Whether a text that cannot be embedded becomes its item's error instead of the request's.
 * @throws {GatewayError} `invalid_body`, `invalid_text`, `text_too_long` or `too_many_texts`.
 */
export function readTexts(
  texts: unknown,
  limits: EmbedRequestLimits,
  keepErrors: boolean,
): (string | GatewayError)[] {
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string")) {
    throw new GatewayError(
      "invalid_body",
      "Cannot embed: text must be a string, texts a list of strings",
    );
  }
  assertTextCount(texts.length, limits);
  return texts.map((text: string, index) => {
    const read = readText(text, limits);
    if (typeof read === "string" || keepErrors) return read;
    throw texts.length === 1 ? read : new InputFailure(read, index, `Text ${index}`);
  });
}

/** A text as it is, or why it cannot be embedded. */
export function readText(
  text: string,
  { textCharactersMax }: EmbedRequestLimits,
): string | GatewayError {
  if (text.length > textCharactersMax) {
    const isSurelyLong = text.length > textCharactersMax * UNITS_PER_CHARACTER_MAX;
    const characters = isSurelyLong ? undefined : countCharacters(text);
    if (characters === undefined || characters > textCharactersMax) {
      return tooLong(textCharactersMax, characters);
    }
  }
  if (text.isWellFormed()) return text;
  return new GatewayError(
    "invalid_text",
    "Cannot embed text as its UTF-16 must be valid: a surrogate stands without its other half",
  );
}

/**
 * A text from its bytes, or why it cannot be embedded.
 *
 * @param charset A label of the Encoding Standard.
 */
export function decodePlainText(
  bytes: Uint8Array<ArrayBuffer>,
  charset: string,
  limits: EmbedRequestLimits,
): string | GatewayError {
  const { textCharactersMax } = limits;
  if (bytes.length > textCharactersMax * BYTES_PER_CHARACTER_MAX) return tooLong(textCharactersMax);
  const decoder = decoderOf(charset);
  if (decoder === undefined) {
    return new GatewayError(
      "invalid_text",
      "Cannot embed text as its charset must be one of the Encoding Standard, such as utf-8",
    );
  }
  try {
    return readText(decoder.decode(bytes), limits);
  } catch {
    // Without its cause, which says nothing else.
    return new GatewayError(
      "invalid_text",
      "Cannot embed text as its bytes must be valid in its charset, which is UTF-8 unless its content-type says otherwise",
    );
  }
}

/** The text that bytes of no named kind are; `undefined` where they begin as an image does, or can be no text. */
export function textOf(
  bytes: Uint8Array<ArrayBuffer>,
  limits: EmbedRequestLimits,
): string | undefined {
  if (sniffFormat(bytes) !== undefined) return undefined;
  const text = decodePlainText(bytes, "utf-8", limits);
  return typeof text === "string" ? text : undefined;
}

function decoderOf(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return undefined;
  }
}

/** @throws {GatewayError} `invalid_body` when there is no text, or `too_many_texts`. */
export function assertTextCount(count: number, limits: EmbedRequestLimits): void {
  if (count === 0) throw new GatewayError("invalid_body", "Cannot embed: the body holds no text");
  if (count > limits.textsMax) throw tooManyTexts(limits, count);
}

/** @param count How many there are, where that is known. */
export function tooManyTexts(limits: EmbedRequestLimits, count?: number): GatewayError {
  return limitError("too_many_texts", {
    action: "embed",
    quantity: "texts of one request",
    limit: limits.textsMax,
    ...count !== undefined && { value: count },
  });
}

function tooLong(limit: number, value?: number): GatewayError {
  return limitError("text_too_long", {
    action: "embed text",
    quantity: "its characters",
    limit,
    ...value !== undefined && { value },
  });
}

/** Code points: those beyond the basic plane are two units. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
