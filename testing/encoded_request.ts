/** Requests as dialects decode them. */
import type { EncodedRequest } from "../gateway/http/dialects/dialect.ts";

/** A request of JSON, or of a body of another kind, with the options that a gateway has by default. */
export function encodedRequest(
  body: unknown,
  rest: Partial<EncodedRequest> = {},
): EncodedRequest {
  return {
    kind: "json",
    body: body instanceof Uint8Array
      ? body as Uint8Array<ArrayBuffer>
      : new TextEncoder().encode(JSON.stringify(body)),
    contentType: "",
    query: {},
    params: {},
    headers: {},
    defaults: { orient: "none", decode: "exact" },
    ...rest,
  };
}
