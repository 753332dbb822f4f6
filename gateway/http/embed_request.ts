/** From a body to images and options: JSON, multipart or the image itself. */
import { GatewayError, limitError, toGatewayError } from "../contract/errors.ts";
import { decodeImageText } from "./codec/image_text.ts";
import type { ImageInput } from "../embed/pipeline.ts";
import { type OptionDefaults, parseOptions, type WireOptions } from "./embed_options.ts";
import { parseJsonObject } from "./codec/json_body.ts";

/** Limits on what one request holds. */
export interface EmbedRequestLimits {
  readonly imagesMax: number;
  readonly imageBytesMax: number;
}

/** A request for embeddings, whatever its dialect. */
export interface EmbedRequest {
  readonly images: readonly ImageInput[];
  /** Whether the client sent one image by itself, which decides the shape of the reply. */
  readonly isSingle: boolean;
  readonly options: WireOptions;
}

/** The kinds of bodies /embed understands. */
export type BodyKind = "json" | "multipart" | "image";

/**
 * Tells the kind of a body by its headers, before it is read.
 *
 * @throws {GatewayError} `unsupported_media_type`.
 */
export function bodyKind(headers: Headers): BodyKind {
  const encoding = headers.get("content-encoding")?.toLowerCase() ?? "identity";
  if (encoding !== "identity") {
    throw new GatewayError(
      "unsupported_media_type",
      "Cannot read body as its content-encoding must be identity",
    );
  }
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json") return "json";
  if (type === "multipart/form-data") return "multipart";
  if (type.startsWith("image/") || type === "application/octet-stream") return "image";
  throw new GatewayError(
    "unsupported_media_type",
    "Cannot read body as its content-type must be application/json, multipart/form-data, image/… or " +
      "application/octet-stream",
  );
}

/** A body with what its request's line says. */
export interface EncodedRequest {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Options of the query string; a body's own options win. */
  readonly query: Readonly<Record<string, string>>;
  /** Options that hold where neither says otherwise. */
  readonly defaults: OptionDefaults;
}

/** Who reads a body: /embed takes every kind, /embed/base64 nothing but a list of images as JSON. */
export type RequestDialect = "embed" | "embed_base64";

/** A body, and what was known about it before it was read. */
export interface ReceivedBody {
  readonly dialect: RequestDialect;
  readonly kind: BodyKind;
  readonly request: EncodedRequest;
}

/**
 * Parses a body.
 *
 * @throws {GatewayError} `invalid_json`, `invalid_body`, `invalid_base64`, `invalid_option`,
 * `body_too_large`, `too_many_images` or `unsupported_media_type`.
 */
export async function parseRequest(
  { dialect, kind, request }: ReceivedBody,
  limits: EmbedRequestLimits,
): Promise<EmbedRequest> {
  if (dialect === "embed_base64") return fromBase64List(kind, request, limits);
  if (kind === "json") return fromJson(request, limits);
  if (kind === "multipart") return await fromMultipart(request, limits);
  return {
    images: [request.body],
    isSingle: true,
    options: parseOptions({ ...request.defaults, ...request.query }),
  };
}

function fromBase64List(
  kind: BodyKind,
  { body, defaults }: EncodedRequest,
  limits: EmbedRequestLimits,
): EmbedRequest {
  if (kind !== "json") {
    throw new GatewayError(
      "unsupported_media_type",
      "Cannot read body as its content-type must be application/json",
    );
  }
  const { images, ...rest } = parseJsonObject(body);
  if (Object.keys(rest).length > 0) {
    throw new GatewayError(
      "invalid_option",
      "Cannot embed: the body must hold images and no options",
    );
  }
  return {
    images: decodeTexts(images, limits, false),
    isSingle: false,
    options: parseOptions({ ...defaults }),
  };
}

function fromJson(request: EncodedRequest, limits: EmbedRequestLimits): EmbedRequest {
  const { image, images, ...rest } = parseJsonObject(request.body);
  if ((image === undefined) === (images === undefined)) {
    throw new GatewayError(
      "invalid_body",
      "Cannot embed: the body must have either image or images",
    );
  }
  const options = parseOptions({ ...request.defaults, ...request.query, ...rest });
  const isSingle = images === undefined;
  const texts = isSingle ? [image] : images;
  return { images: decodeTexts(texts, limits, options.onError === "item"), isSingle, options };
}

/**
 * Decodes a list of image texts.
 *
 * @param keepErrors Whether a text that cannot be decoded becomes its item's error instead of the request's.
 * @throws {GatewayError} `invalid_body`, `invalid_base64`, `body_too_large`, `too_many_images` or
 * `unsupported_media_type`.
 */
function decodeTexts(
  texts: unknown,
  limits: EmbedRequestLimits,
  keepErrors: boolean,
): ImageInput[] {
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string")) {
    throw new GatewayError("invalid_body", "Cannot embed: images must be strings of base64");
  }
  assertImageCount(texts.length, limits);
  return texts.map((text: string) => {
    try {
      return decodeImageText(text, limits.imageBytesMax);
    } catch (thrown) {
      if (!keepErrors) throw thrown;
      return toGatewayError(thrown);
    }
  });
}

async function fromMultipart(
  request: EncodedRequest,
  limits: EmbedRequestLimits,
): Promise<EmbedRequest> {
  const headers = { "content-type": request.contentType };
  let form: FormData;
  try {
    form = await new Response(request.body, { headers }).formData();
  } catch (cause) {
    throw new GatewayError("invalid_body", "Cannot read body: it is not multipart/form-data", {
      cause,
    });
  }
  const parts = [...form.entries()];
  const files = parts.flatMap(([, value]) => value instanceof File ? [value] : []);
  const fields = parts.flatMap(([name, value]) => typeof value === "string" ? [[name, value]] : []);
  assertImageCount(files.length, limits);
  return {
    images: await Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer()))),
    isSingle: files.length === 1 && parts.every(([name]) => name !== "images"),
    options: parseOptions({ ...request.defaults, ...request.query, ...Object.fromEntries(fields) }),
  };
}

function assertImageCount(count: number, limits: EmbedRequestLimits): void {
  if (count === 0) throw new GatewayError("invalid_body", "Cannot embed: the body holds no image");
  if (count <= limits.imagesMax) return;
  throw limitError("too_many_images", {
    action: "embed",
    quantity: "images of one request",
    limit: limits.imagesMax,
    value: count,
  });
}
