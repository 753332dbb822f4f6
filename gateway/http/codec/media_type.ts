/** Media types, as they head bodies, parts of forms and data URIs. */

/** The type before its parameters, in lower case; "" where there is none. */
export function mediaType(contentType: string): string {
  const end = contentType.indexOf(";");
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/** Whether a type may be a photo's: of which kind, and whether it is one, its first bytes say. */
export function isImageType(type: string): boolean {
  // The last one is what S3 and its like give files that were stored without a type.
  return type.startsWith("image/") || type === "application/octet-stream" ||
    type === "binary/octet-stream";
}

/** Whether a type is JSON's, or of a format written in it (RFC 6839, section 3.1). */
export function isJsonType(type: string): boolean {
  return type === "application/json" || type === "text/json" || type.endsWith("+json");
}
