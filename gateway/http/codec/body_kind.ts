import { GatewayError } from "../../contract/errors.ts";
import { isImageType, mediaType } from "./media_type.ts";

/** The kinds of bodies that are understood. */
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
  const type = mediaType(headers.get("content-type") ?? "");
  if (type === "application/json") return "json";
  if (type === "multipart/form-data") return "multipart";
  if (isImageType(type)) return "image";
  throw new GatewayError(
    "unsupported_media_type",
    "Cannot read body as its content-type must be application/json, multipart/form-data, image/… or " +
      "application/octet-stream",
  );
}
