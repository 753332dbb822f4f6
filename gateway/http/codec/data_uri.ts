/** Data URIs (RFC 2397), as browsers and libraries write them. */
import { mediaType } from "./media_type.ts";

/** A data URI whose data are still encoded. */
export interface DataUri {
  /** In lower case; "" where none is named. */
  readonly type: string;
  readonly isBase64: boolean;
  /** Percent-encoded, and then base64 where it says so. */
  readonly data: string;
}

/** Parameters may be a file's whole name, percent-encoded; as long as the head of a form's part. */
const HEAD_LENGTH_MAX = 16 * 1024;

/** Before the first comma that is not in quotes (RFC 2045); where a quote is left open, before the first of all. */
const HEADS = [/^\s*data:((?:[^",]|"(?:[^"\\]|\\.)*")*),/i, /^\s*data:([^,]*),/i];
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/** Last as RFC 2397 has it, or anywhere among the parameters. */
const BASE64 = /;[ \t]*base64[ \t]*(?:;|$)/i;

const PERCENT = 0x25;

/** Whether a text is meant as a data URI: schemes have no case (RFC 3986, section 3.1). */
export function isDataUri(text: string): boolean {
  return /^\s*data:/i.test(text);
}

/** Takes a data URI apart; `undefined` where its head has no end. */
export function parseDataUri(uri: string): DataUri | undefined {
  const start = uri.slice(0, HEAD_LENGTH_MAX);
  const [whole, head = ""] = HEADS[0]?.exec(start) ?? HEADS[1]?.exec(start) ?? [];
  if (whole === undefined) return undefined;
  const bare = head.replace(QUOTED, "");
  // A fragment is none of the data (RFC 3986, section 3.5).
  const end = uri.indexOf("#", whole.length);
  return {
    type: mediaType(bare),
    isBase64: BASE64.test(bare),
    data: uri.slice(whole.length, end < 0 ? undefined : end),
  };
}

/** Percent-decodes (RFC 3986, section 2.1); a sign that begins no pair of digits stands for itself. */
export function percentDecode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let offset = 0; offset < bytes.length; offset++) {
    const byte = bytes[offset] as number;
    const [high, low] = byte === PERCENT
      ? [hexDigit(bytes[offset + 1]), hexDigit(bytes[offset + 2])]
      : [-1, -1];
    const isPair = high >= 0 && low >= 0;
    bytes[length++] = isPair ? high * 16 + low : byte;
    if (isPair) offset += 2;
  }
  return bytes.slice(0, length);
}

/** Its value, or -1. */
function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
