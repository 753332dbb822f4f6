/** The closed catalogue of errors: what each means to a client, to the engine's reputation and to those who wait along. */

/** What is known of a code; everything that treats codes differently reads it here. */
interface CatalogueEntry {
  /** HTTP status. */
  readonly status: number;
  /** Whether the same request may succeed when sent again later. */
  readonly retryable: boolean;
  /** Whether it speaks against the engine, and not against the request or the load. */
  readonly againstEngine: boolean;
  /** Whether others that wait for the same image would get it, too; if not, it says more about its own request. */
  readonly shared: boolean;
  /** Whether so many may come at once that the log counts them instead of giving each a line. */
  readonly countedInLog: boolean;
  readonly meaning: string;
}

/** Every error code a client can meet, in order of status. */
export const ERROR_CATALOGUE = {
  invalid_request: entry(
    400,
    "The request's head leaves open where its body ends or whom it is for (RFC 9112): it has both Content-Length and Transfer-Encoding, another coding than chunked, or not one host",
  ),
  invalid_json: entry(400, "The body is not JSON, or nested deeper than an embed request"),
  invalid_body: entry(
    400,
    "The body is empty, malformed, or its fields are missing or of a wrong type",
  ),
  invalid_base64: entry(400, "An image string is neither base64 nor a base64 data URI"),
  invalid_text: entry(
    400,
    "A text has no word, sign or number in it, is not valid UTF-8, or holds half a character of UTF-16",
  ),
  invalid_option: entry(400, "An option is unknown, or its value is not one of those allowed"),
  url_not_allowed: entry(
    400,
    "An image's address is not https, names a user or a number for a host, or leads to a host that is not listed or not public; or a redirect of it is",
  ),
  modality_not_supported: entry(
    400,
    "The model, or any that is served, embeds no inputs of this kind: images, or texts",
  ),
  unauthorized: entry(401, "The API key is missing or unknown"),
  not_found: entry(404, "No such path"),
  model_not_found: entry(404, "No model of that name is served"),
  method_not_allowed: entry(405, "The path exists, but not for this method"),
  body_timeout: entry(408, "The body did not arrive in time", {
    retryable: true,
    countedInLog: true,
  }),
  body_too_large: entry(413, "The body, or the bytes of one image, exceed their limit"),
  text_too_long: entry(
    413,
    "The characters of one text exceed their limit, or its tokens, where it must not be cut",
  ),
  too_many_images: entry(
    413,
    "The request holds more images than one request may, or more pixels than all may",
  ),
  too_many_texts: entry(413, "The request holds more texts than one request may"),
  unsupported_media_type: entry(
    415,
    "The content type, the content encoding or the image format is not accepted",
  ),
  image_too_large: entry(
    422,
    "The image's pixels or scans, or what decoding it costs, exceed their limit",
  ),
  invalid_image: entry(422, "The image is damaged or truncated"),
  unsupported_image: entry(422, "The format is accepted, but not this coding of it"),
  url_unreachable: entry(
    422,
    "An image's address did not give it: no connection, no valid certificate, another status than 200, too many redirects, or not all of it in time",
    { retryable: true },
  ),
  overloaded: entry(429, "The gateway is at capacity; the body was not processed", {
    retryable: true,
    shared: false,
    countedInLog: true,
  }),
  client_closed: entry(
    499,
    "The client left before the reply: seen in logs and metrics only. One that only stopped sending is told invalid_body",
    {
      shared: false,
    },
  ),
  internal: entry(500, "A defect of the gateway or its model; the log has the cause", {
    againstEngine: true,
  }),
  upstream_error: entry(502, "The inference server failed or gave a reply that cannot be right", {
    retryable: true,
    againstEngine: true,
  }),
  upstream_unavailable: entry(
    503,
    "The inference server cannot be reached, or the model is not ready or gives wrong embeddings",
    {
      retryable: true,
      againstEngine: true,
      countedInLog: true,
    },
  ),
  draining: entry(503, "The gateway is shutting down", { retryable: true, countedInLog: true }),
  deadline_exceeded: entry(504, "The request's deadline passed before its embedding was ready", {
    retryable: true,
    shared: false,
  }),
} as const;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** What is not said is the request's own fault: no retry, nothing against the engine, the same for all who wait. */
function entry(
  status: number,
  meaning: string,
  columns: Partial<CatalogueEntry> = {},
): CatalogueEntry {
  const usual = { retryable: false, againstEngine: false, shared: true, countedInLog: false };
  return { status, meaning, ...usual, ...columns };
}
