/** Images as text: bare base64, a data URI, or an address. */
import type { RemoteImage } from "../../contract/embed_request.ts";
import { GatewayError, limitError } from "../../contract/errors.ts";
import { isDataUri, parseDataUri, percentDecode } from "./data_uri.ts";
import { isImageType } from "./media_type.ts";

/** Line breaks every 76 characters (RFC 2045) are the most white space that still counts towards the limit. */
const WHITESPACE_SHARE = 1.03;

/** Characters of a byte that is percent-encoded. */
const PERCENT_LENGTH = 3;

/** What an image's address begins with. */
const ADDRESS = /^\s*(?:https?|ftp|file|s3|gs|blob):/i;

/** Those that are signed have a token of some kilobytes. */
const ADDRESS_LENGTH_MAX = 8192;

/** Whether a text is an address, which base64 cannot be. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/**
 * Reads an address for whoever fetches what is there, and judges it.
 *
 * @throws {GatewayError} `url_not_allowed`.
 */
export function readAddress(text: string): RemoteImage {
  const url = text.trim();
  if (url.length <= ADDRESS_LENGTH_MAX) return { url };
  throw limitError("url_not_allowed", {
    action: "fetch image",
    quantity: "characters of its address",
    limit: ADDRESS_LENGTH_MAX,
    value: url.length,
  });
}

/**
 * Decodes a base64 string or data URI.
 *
 * Both alphabets of RFC 4648 are read, each by itself. ASCII white space and missing padding are tolerated; in a data
 * URI base64 may be percent-encoded, and data without base64 are.
 *
 * @throws {GatewayError} `body_too_large`, `invalid_base64`, or `unsupported_media_type` for a data URI that is
 * not an image's.
 */
export function decodeImageText(text: string, bytesMax: number): Uint8Array<ArrayBuffer> {
  const bytes = isDataUri(text) ? decodeDataUri(text, bytesMax) : decodeBase64(text, bytesMax);
  if (bytes.length > bytesMax) throw tooLarge(bytesMax, bytes.length);
  return bytes;
}

function decodeBase64(base64: string, bytesMax: number): Uint8Array<ArrayBuffer> {
  const lengthMax = base64LengthMax(bytesMax);
  if (base64.length > lengthMax) throw tooLarge(bytesMax, Math.floor((base64.length * 3) / 4));
  try {
    return Uint8Array.fromBase64(base64);
  } catch (cause) {
    const bytes = decodeUrlSafe(base64);
    if (bytes !== undefined) return bytes;
    throw new GatewayError(
      "invalid_base64",
      isAddress(base64)
        ? "Cannot decode image as its text is an address, from which nothing is fetched unless GATEWAY_URL_INPUT is https: send the image"
        : "Cannot decode image as its text must be base64 (A–Z a–z 0–9 + /, or - _ for the last two)",
      { cause },
    );
  }
}

/** In the other alphabet, which few clients use: it costs the others nothing. */
function decodeUrlSafe(base64: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/[-_]/.test(base64)) return undefined;
  try {
    return Uint8Array.fromBase64(base64, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}

function base64LengthMax(bytesMax: number): number {
  return Math.ceil((bytesMax * 4 * WHITESPACE_SHARE) / 3) + 4;
}

function decodeDataUri(text: string, bytesMax: number): Uint8Array<ArrayBuffer> {
  const uri = parseDataUri(text);
  // Every image has bytes that text cannot have: without a percent sign its base64 is only not called so.
  const isEncoded = uri !== undefined && uri.data.includes("%");
  if (uri === undefined || (!uri.isBase64 && !isEncoded)) {
    throw new GatewayError(
      "invalid_base64",
      "Cannot decode image as its data URI must have the form data:image/…;base64,…",
    );
  }
  if (uri.type !== "" && !isImageType(uri.type)) {
    throw new GatewayError(
      "unsupported_media_type",
      "Cannot decode image as the type of its data URI must be image/…",
    );
  }
  if (!isEncoded) return decodeBase64(uri.data, bytesMax);
  const lengthMax = PERCENT_LENGTH * (uri.isBase64 ? base64LengthMax(bytesMax) : bytesMax);
  if (uri.data.length > lengthMax) throw tooLarge(bytesMax);
  const bytes = percentDecode(uri.data);
  return uri.isBase64 ? decodeBase64(new TextDecoder("latin1").decode(bytes), bytesMax) : bytes;
}

function tooLarge(limit: number, value?: number): GatewayError {
  return limitError("body_too_large", {
    action: "decode image",
    quantity: "its bytes",
    limit,
    ...value !== undefined && { value },
  });
}
