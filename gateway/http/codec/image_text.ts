/** Images as text: bare base64 or a base64 data URI. */
import { GatewayError, limitError } from "../../contract/errors.ts";

/** What a data URI may look like before its comma (RFC 2397), parameters such as a file name included. */
const DATA_URI = /^data:([a-z0-9.+-]*\/[a-z0-9.+-]*)?((?:;[a-z0-9=.+_-]+)*);base64$/i;
const DATA_URI_HEAD_LENGTH_MAX = 256;

/** Line breaks every 76 characters (RFC 2045) are the most white space that still counts towards the limit. */
const WHITESPACE_SHARE = 1.03;

/**
 * Decodes a base64 string or data URI.
 *
 * The alphabet is RFC 4648's standard one, not the URL-safe one. ASCII white space and missing padding are
 * tolerated.
 *
 * @throws {GatewayError} `body_too_large`, `invalid_base64`, or `unsupported_media_type` for a data URI that is
 * not an image's.
 */
export function decodeImageText(text: string, bytesMax: number): Uint8Array<ArrayBuffer> {
  const base64 = text.startsWith("data:") ? dataUriPayload(text) : text;
  const lengthMax = Math.ceil((bytesMax * 4 * WHITESPACE_SHARE) / 3) + 4;
  if (base64.length > lengthMax) throw tooLarge(bytesMax, Math.floor((base64.length * 3) / 4));
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.fromBase64(base64);
  } catch (cause) {
    throw new GatewayError(
      "invalid_base64",
      "Cannot decode image as its text must be base64 in the standard alphabet (A–Z a–z 0–9 + /)",
      { cause },
    );
  }
  if (bytes.length > bytesMax) throw tooLarge(bytesMax, bytes.length);
  return bytes;
}

function dataUriPayload(uri: string): string {
  const comma = uri.slice(0, DATA_URI_HEAD_LENGTH_MAX).indexOf(",");
  const match = comma < 0 ? null : DATA_URI.exec(uri.slice(0, comma));
  if (match === null) {
    throw new GatewayError(
      "invalid_base64",
      "Cannot decode image as its data URI must have the form data:image/…;base64,…",
    );
  }
  const type = match[1]?.toLowerCase();
  if (type !== undefined && !type.startsWith("image/") && type !== "application/octet-stream") {
    throw new GatewayError(
      "unsupported_media_type",
      "Cannot decode image as the type of its data URI must be image/…",
    );
  }
  return uri.slice(comma + 1);
}

function tooLarge(limit: number, value: number): GatewayError {
  return limitError("body_too_large", {
    action: "decode image",
    quantity: "its bytes",
    limit,
    value,
  });
}
