import type { EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError, limitError } from "../../contract/errors.ts";
import { sniffFormat } from "../../../preprocess/header/format.ts";
import { parseHeaderValue } from "./header_value.ts";
import { tooManyImages } from "./image_list.ts";
import { splitParts } from "./multipart.ts";
import { readPartHead } from "./part_head.ts";

/** RFC 2046: 1 to 70 characters, white space behind them not counted. Clients use others than the RFC's, too. */
const BOUNDARY = /^[\x20-\x7e]{0,69}[\x21-\x7e]$/;

/** Beside images: options, inputs without a file, and what a site's form sends along. */
const OTHER_FIELDS_MAX = 32;

/** No option is longer than a few characters. */
const TEXT_BYTES_MAX = 1024;

/** Fields whose text is an image, as it is in JSON. */
const IMAGE_FIELDS = ["image", "images"];
/** A field in which browsers put the form's charset (RFC 7578, section 4.6); options are ASCII in all of them. */
const CHARSET_FIELD = "_charset_";

/** A form's images in order, and its other fields. */
export interface Form {
  /** Files as they are, and texts of base64 or data URIs. */
  readonly images: readonly (Uint8Array<ArrayBuffer> | string)[];
  /** Names of all fields, those of images included. */
  readonly names: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Reads a form (RFC 7578). Every file is copied once, into a buffer of its own; an input without a file is nothing. A
 * part that is not declared a file is one if it begins as a photo does: some clients name no file and no type.
 *
 * @param contentType With its boundary.
 * @throws {GatewayError} `invalid_body` or `too_many_images`, as soon as it holds too much.
 */
export function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  limits: EmbedRequestLimits,
): Form {
  const images: (Uint8Array<ArrayBuffer> | string)[] = [];
  const names: string[] = [];
  const texts: [string, string][] = [];
  let others = 0;
  for (const part of splitParts(body, readBoundary(contentType))) {
    const { name, isFile, hasFilename, charset, length } = readPartHead(part);
    const content = part.subarray(length);
    const isImage = isFile || IMAGE_FIELDS.includes(name) || sniffFormat(content) !== undefined;
    const isNothing = isImage && !hasFilename && content.length === 0 || name === CHARSET_FIELD;
    if (isImage && !isNothing) {
      if (images.length === limits.imagesMax) throw tooManyImages(limits);
      const isText = !isFile && sniffFormat(content) === undefined;
      images.push(isText ? decodeText(content, charset) : content.slice());
    } else if (++others > OTHER_FIELDS_MAX) {
      throw limitError("invalid_body", {
        action: "read body",
        quantity: "fields of a form beside its images",
        limit: OTHER_FIELDS_MAX,
      });
    }
    if (isNothing) continue;
    names.push(name);
    if (!isImage) texts.push([name, decodeOption(content, charset)]);
  }
  return { images, names, texts: Object.fromEntries(texts) };
}

function readBoundary(contentType: string): string {
  const boundary = parseHeaderValue(contentType)?.params.get("boundary")?.trimEnd() ?? "";
  if (BOUNDARY.test(boundary)) return boundary;
  throw new GatewayError(
    "invalid_body",
    "Cannot read body as its content-type must have a boundary of 1 to 70 characters of ASCII",
  );
}

function decodeOption(bytes: Uint8Array<ArrayBuffer>, charset: string): string {
  if (bytes.length <= TEXT_BYTES_MAX) return decodeText(bytes, charset);
  throw limitError("invalid_body", {
    action: "read body",
    quantity: "bytes of a form's field that is neither a photo nor called image or images",
    limit: TEXT_BYTES_MAX,
    value: bytes.length,
  });
}

function decodeText(bytes: Uint8Array<ArrayBuffer>, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (cause) {
    throw new GatewayError(
      "invalid_body",
      "Cannot read body as the charset of a form's field must be one of the Encoding Standard",
      { cause },
    );
  }
}
