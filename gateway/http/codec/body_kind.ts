import { GatewayError } from "../../contract/errors.ts";
import { IMAGE_BATCH_TYPE } from "../../contract/image_batch.ts";
import { isImageType, isJsonType, mediaType } from "./media_type.ts";

/** A mark of UTF-8 and white space before JSON begins; no photo begins with a brace. */
const START_BYTES = 64;

/** What curl calls every body that nobody named. */
const FORM_OF_CURL = "application/x-www-form-urlencoded";
const FORM_HINT = ": curl says otherwise unless it is told, as by -H 'content-type: image/jpeg'";

/** The kinds of bodies that are understood. */
export type BodyKind = "json" | "multipart" | "image" | "image_batch" | "text";

/**
 * Tells the kind of a body by its headers, before it is read; `undefined` where no type is named.
 *
 * @param fixed What it is whatever its type.
 * @throws {GatewayError} `unsupported_media_type`.
 */
export function bodyKind(headers: Headers, fixed?: BodyKind): BodyKind | undefined {
  const codings = headers.get("content-encoding")?.toLowerCase().split(",") ?? [];
  if (codings.some((coding) => !["identity", ""].includes(coding.trim()))) {
    throw new GatewayError(
      "unsupported_media_type",
      "Cannot read body as its content-encoding must be identity",
    );
  }
  if (fixed !== undefined) return fixed;
  const type = mediaType(headers.get("content-type") ?? "");
  if (type === "") return undefined;
  if (isJsonType(type)) return "json";
  if (type === "multipart/form-data") return "multipart";
  if (isImageType(type)) return "image";
  if (type === IMAGE_BATCH_TYPE) return "image_batch";
  if (type === "text/plain") return "text";
  throw new GatewayError(
    "unsupported_media_type",
    "Cannot read body as its content-type must be application/json, multipart/form-data, text/plain, image/…, " +
      `${IMAGE_BATCH_TYPE} or application/octet-stream` + (type === FORM_OF_CURL ? FORM_HINT : ""),
  );
}

/**
 * Tells the kind of a body that its headers leave open. One without a type is told by what it begins with (RFC 9110,
 * section 8.3): requests and fetch name none for bytes. And fetch calls every string text/plain, which JSON would else
 * be embedded as.
 */
export function actualBodyKind(kind: BodyKind | undefined, body: Uint8Array): BodyKind {
  if (kind !== undefined && kind !== "text") return kind;
  const start = new TextDecoder().decode(body.subarray(0, START_BYTES));
  return start.trimStart().startsWith("{") ? "json" : kind ?? "image";
}

/** @throws {GatewayError} `unsupported_media_type` where a path takes JSON alone. */
export function assertJson(kind: BodyKind): void {
  if (kind === "json") return;
  throw new GatewayError(
    "unsupported_media_type",
    "Cannot read body as its content-type must be application/json",
  );
}
