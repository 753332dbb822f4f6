import type { Modality } from "../../../models/contract/manifest.ts";
import type { EmbedInput, EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError, limitError } from "../../contract/errors.ts";
import { sniffFormat } from "../../../preprocess/header/format.ts";
import { parseHeaderValue } from "./header_value.ts";
import { tooManyImages } from "./image_list.ts";
import { splitParts } from "./multipart.ts";
import { readPartHead } from "./part_head.ts";
import { decodePlainText, tooManyTexts } from "./text_list.ts";

/** RFC 2046: 1 to 70 characters, white space behind them not counted. Clients use others than the RFC's, too. */
const BOUNDARY = /^[\x20-\x7e]{0,69}[\x21-\x7e]$/;

/** Beside images and texts: options, inputs without a file, and what a site's form sends along. */
const OTHER_FIELDS_MAX = 32;

/** No option is longer than a few characters. */
const TEXT_BYTES_MAX = 1024;

/** Fields whose text is an image, as it is in JSON. */
const IMAGE_FIELDS = ["image", "images"];
/** Fields that are texts to embed, files of such names, too. */
const TEXT_FIELD = /^texts?(?:\[\d*\])?$/;
/** A field in which browsers put the form's charset (RFC 7578, section 4.6); options are ASCII in all of them. */
const CHARSET_FIELD = "_charset_";

/** A form's images and texts in order, and its other fields. */
export interface Form {
  /** Files as they are, images as base64 or data URIs, and texts, or why one cannot be embedded. */
  readonly inputs: readonly EmbedInput[];
  /** What each input is. */
  readonly modalities: readonly Modality[];
  /** Names of all fields, those of inputs included. */
  readonly names: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Reads a form (RFC 7578). Every file is copied once, into a buffer of its own; an input without a file is nothing. A
 * part that is not declared a file is one if it begins as a photo does: some clients name no file and no type.
 *
 * @param contentType With its boundary.
 * @throws {GatewayError} `invalid_body`, `too_many_images` or `too_many_texts`, as soon as it holds too much.
 */
export function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  limits: EmbedRequestLimits,
): Form {
  const inputs: EmbedInput[] = [];
  const modalities: Modality[] = [];
  const names: string[] = [];
  const fields: [string, string][] = [];
  const counts = { image: 0, text: 0, other: 0 };
  for (const part of splitParts(body, readBoundary(contentType))) {
    const { name, isFile, hasFilename, charset, length } = readPartHead(part);
    const content = part.subarray(length);
    const isWords = TEXT_FIELD.test(name);
    const isImage = !isWords &&
      (isFile || IMAGE_FIELDS.includes(name) || sniffFormat(content) !== undefined);
    const isNoFile = !hasFilename && content.length === 0 && (isImage || isFile);
    const isNothing = isNoFile || name === CHARSET_FIELD;
    const kind = isNothing || !isImage && !isWords ? "other" : isImage ? "image" : "text";
    assertRoom(kind, ++counts[kind], limits);
    if (isNothing) continue;
    names.push(name);
    if (kind === "other") {
      fields.push([name, decodeOption(content, charset)]);
      continue;
    }
    modalities.push(kind);
    if (kind === "text") {
      inputs.push(decodePlainText(content, charset, limits));
    } else {
      const isText = !isFile && sniffFormat(content) === undefined;
      inputs.push(isText ? decodeText(content, charset) : content.slice());
    }
  }
  return { inputs, modalities, names, fields: Object.fromEntries(fields) };
}

/**
 * The text of a form's first field of a name, without looking at the fields behind it; `undefined` where it is not among the
 * first ones, of which a form may have so many beside its images: millions would fit in, and hold the thread up.
 *
 * @param contentType With its boundary.
 * @throws {GatewayError} `invalid_body`.
 */
export function readFormField(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  wanted: string,
): string | undefined {
  let count = 0;
  for (const part of splitParts(body, readBoundary(contentType))) {
    if (++count > OTHER_FIELDS_MAX) return undefined;
    const { name, charset, length } = readPartHead(part);
    if (name === wanted) return decodeOption(part.subarray(length), charset);
  }
  return undefined;
}

function assertRoom(kind: Modality | "other", count: number, limits: EmbedRequestLimits): void {
  if (kind === "image" && count > limits.imagesMax) throw tooManyImages(limits);
  if (kind === "text" && count > limits.textsMax) throw tooManyTexts(limits);
  if (kind !== "other" || count <= OTHER_FIELDS_MAX) return;
  throw limitError("invalid_body", {
    action: "read body",
    quantity: "fields of a form beside its images and texts",
    limit: OTHER_FIELDS_MAX,
  });
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
    quantity:
      "bytes of a form's field that is neither a photo nor called image, images, text or texts",
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
