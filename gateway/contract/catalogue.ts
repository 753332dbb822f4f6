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
  readonly meaning: string;
}

/** Every error code a client can meet, in order of status. */
export const ERROR_CATALOGUE = {
  invalid_json: {
    status: 400,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The body is not JSON, or nested deeper than an embed request",
  },
  invalid_body: {
    status: 400,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The body is empty, malformed, or its fields are missing or of a wrong type",
  },
  invalid_base64: {
    status: 400,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "An image string is neither base64 nor a base64 data URI",
  },
  invalid_option: {
    status: 400,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "An option is unknown, or its value is not one of those allowed",
  },
  unauthorized: {
    status: 401,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The API key is missing or unknown",
  },
  not_found: {
    status: 404,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "No such path",
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The path exists, but not for this method",
  },
  body_timeout: {
    status: 408,
    retryable: true,
    againstEngine: false,
    shared: true,
    meaning: "The body did not arrive in time",
  },
  body_too_large: {
    status: 413,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The body, or the bytes of one image, exceed their limit",
  },
  too_many_images: {
    status: 413,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The request holds more images than one request may",
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The content type, the content encoding or the image format is not accepted",
  },
  image_too_large: {
    status: 422,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The image's pixels or scans exceed their limit",
  },
  invalid_image: {
    status: 422,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The image is damaged, truncated or takes too long to decode",
  },
  unsupported_image: {
    status: 422,
    retryable: false,
    againstEngine: false,
    shared: true,
    meaning: "The format is accepted, but not this coding of it",
  },
  overloaded: {
    status: 429,
    retryable: true,
    againstEngine: false,
    shared: false,
    meaning: "The gateway is at capacity; the body was not processed",
  },
  client_closed: {
    status: 499,
    retryable: false,
    againstEngine: false,
    shared: false,
    meaning: "The client left before the reply (seen in logs and metrics only)",
  },
  internal: {
    status: 500,
    retryable: false,
    againstEngine: true,
    shared: true,
    meaning: "A defect of the gateway or its model; the log has the cause",
  },
  upstream_error: {
    status: 502,
    retryable: true,
    againstEngine: true,
    shared: true,
    meaning: "The inference server failed or gave a reply that cannot be right",
  },
  upstream_unavailable: {
    status: 503,
    retryable: true,
    againstEngine: true,
    shared: true,
    meaning: "The inference server cannot be reached or is not ready",
  },
  draining: {
    status: 503,
    retryable: true,
    againstEngine: false,
    shared: true,
    meaning: "The gateway is shutting down",
  },
  deadline_exceeded: {
    status: 504,
    retryable: true,
    againstEngine: false,
    shared: false,
    meaning: "The request's deadline passed before its embedding was ready",
  },
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
