import { GatewayError, limitError } from "../../contract/errors.ts";
import { type HeaderValue, parseHeaderValue } from "./header_value.ts";
import { isImageType } from "./media_type.ts";

/** File systems allow names of 255 characters: twice that, percent-encoded from UTF-8, is 6 KiB. */
const HEAD_BYTES_MAX = 16 * 1024;
/** Browsers send two. */
const HEADERS_MAX = 32;

/** A line that begins with white space goes on the one before (RFC 5322). */
const FOLD = /\r\n(?=[ \t])/g;
const FIELD = /^([!#$%&'*+.^_`|~0-9a-z-]+)[ \t]*:([^\r\n\0]*)$/i;

const HEADERS = ["content-disposition", "content-type", "content-transfer-encoding"];

/** Content is sent as it is (RFC 7578, section 4.7). */
const PLAIN_ENCODINGS = ["binary", "8bit", "7bit"];

const utf8 = new TextDecoder();
const latin1 = new TextDecoder("latin1");

/** What the head of a form's part says (RFC 7578, section 4). */
export interface PartHead {
  readonly name: string;
  /** Whether it is a file, by a file name or its type; any other is text, unless it begins as a photo does. */
  readonly isFile: boolean;
  /** Whether it has a file name of at least one character, which an input without a file has not. */
  readonly hasFilename: boolean;
  /** Of its text. */
  readonly charset: string;
  /** Bytes before its content. */
  readonly length: number;
}

/**
 * Reads a part's head.
 *
 * @throws {GatewayError} `invalid_body`.
 */
export function readPartHead(part: Uint8Array<ArrayBuffer>): PartHead {
  const length = headLength(part);
  const headers = readHeaders(utf8.decode(part.subarray(0, length)).trimEnd());
  const type = headers.get("content-type");
  const mediaType = type?.value ?? "";
  if (mediaType.startsWith("multipart/")) throw malformed("must not be multipart themselves");
  const disposition = headers.get("content-disposition");
  const params = disposition?.params ?? new Map<string, string>();
  // Old clients send name*, coded as in RFC 5987; no name that matters needs it.
  const name = params.get("name") ?? params.get("name*");
  if (disposition?.value !== "form-data" || name === undefined) {
    throw malformed("must have the header Content-Disposition: form-data with a name");
  }
  const encoding = headers.get("content-transfer-encoding")?.value ?? "binary";
  if (!PLAIN_ENCODINGS.includes(encoding)) {
    throw malformed("must have no Content-Transfer-Encoding but binary, 8bit or 7bit");
  }
  const hasCodedFilename = [...params.keys()].some((key) => key.startsWith("filename*"));
  return {
    name,
    isFile: hasCodedFilename || params.has("filename") || isImageType(mediaType),
    hasFilename: hasCodedFilename || (params.get("filename") ?? "") !== "",
    charset: type?.params.get("charset") ?? "utf-8",
    length,
  };
}

/** Up to its empty line, or all of a part without content. */
function headLength(part: Uint8Array<ArrayBuffer>): number {
  const text = latin1.decode(part.subarray(0, HEAD_BYTES_MAX + 4));
  const end = text.indexOf("\r\n\r\n");
  if (end >= 0) return end + 4;
  if (part.length > HEAD_BYTES_MAX) {
    throw beyond("bytes of the head of a form's part", HEAD_BYTES_MAX);
  }
  if (text.endsWith("\r\n")) return part.length;
  throw malformed("must have a head of lines that end with CR LF, then an empty line");
}

/** The headers that matter; of several of one name the first. */
function readHeaders(head: string): Map<string, HeaderValue> {
  const headers = new Map<string, HeaderValue>();
  const lines = head.replace(FOLD, "").split("\r\n", HEADERS_MAX + 1);
  if (lines.length > HEADERS_MAX) throw beyond("headers of a form's part", HEADERS_MAX);
  for (const line of lines) {
    const [, name, text = ""] = FIELD.exec(line) ?? [];
    if (name === undefined) throw malformed("must have heads of lines such as Name: value");
    const key = name.toLowerCase();
    if (headers.has(key) || !HEADERS.includes(key)) continue;
    const value = parseHeaderValue(text);
    if (value === undefined) throw malformed(`must have a ${key} that can be read`);
    headers.set(key, value);
  }
  return headers;
}

function beyond(quantity: string, limit: number): GatewayError {
  return limitError("invalid_body", { action: "read body", quantity, limit });
}

function malformed(rule: string): GatewayError {
  return new GatewayError("invalid_body", `Cannot read body as the parts of a form ${rule}`);
}
