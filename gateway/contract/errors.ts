/** The closed catalogue of errors and its one mapping to HTTP status codes. */

interface ErrorEntry {
  readonly status: number;
  /** Whether the same request may succeed when sent again later. */
  readonly retryable: boolean;
  readonly meaning: string;
}

/** Every error code a client can meet, in order of status. */
export const ERROR_CATALOGUE = {
  invalid_json: {
    status: 400,
    retryable: false,
    meaning: "The body is not JSON, or nested deeper than an embed request",
  },
  invalid_body: {
    status: 400,
    retryable: false,
    meaning: "The body is empty, malformed, or its fields are missing or of a wrong type",
  },
  invalid_base64: {
    status: 400,
    retryable: false,
    meaning: "An image string is neither base64 nor a base64 data URI",
  },
  invalid_option: {
    status: 400,
    retryable: false,
    meaning: "An option is unknown, or its value is not one of those allowed",
  },
  modality_not_supported: {
    status: 400,
    retryable: false,
    meaning: "The input is text or audio; only images are embedded",
  },
  unauthorized: {
    status: 401,
    retryable: false,
    meaning: "The API key is missing or unknown",
  },
  not_found: {
    status: 404,
    retryable: false,
    meaning: "No such path",
  },
  model_not_found: {
    status: 404,
    retryable: false,
    meaning: "The named model is not the one served",
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    meaning: "The path exists, but not for this method",
  },
  body_timeout: {
    status: 408,
    retryable: true,
    meaning: "The body did not arrive in time",
  },
  body_too_large: {
    status: 413,
    retryable: false,
    meaning: "The body, or the bytes of one image, exceed their limit",
  },
  too_many_images: {
    status: 413,
    retryable: false,
    meaning: "The request holds more images than one request may",
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    meaning: "The content type, the content encoding or the image format is not accepted",
  },
  image_too_large: {
    status: 422,
    retryable: false,
    meaning: "The image's pixels or scans exceed their limit",
  },
  invalid_image: {
    status: 422,
    retryable: false,
    meaning: "The image is damaged, truncated or takes too long to decode",
  },
  unsupported_image: {
    status: 422,
    retryable: false,
    meaning: "The format is accepted, but not this coding of it",
  },
  overloaded: {
    status: 429,
    retryable: true,
    meaning: "The gateway is at capacity; the body was not processed",
  },
  client_closed: {
    status: 499,
    retryable: false,
    meaning: "The client left before the reply (seen in logs and metrics only)",
  },
  internal: {
    status: 500,
    retryable: false,
    meaning: "A defect of the gateway or its model; the log has the cause",
  },
  upstream_error: {
    status: 502,
    retryable: true,
    meaning: "The inference server failed or gave a reply that cannot be right",
  },
  upstream_unavailable: {
    status: 503,
    retryable: true,
    meaning: "The inference server cannot be reached or is not ready",
  },
  draining: {
    status: 503,
    retryable: true,
    meaning: "The gateway is shutting down",
  },
  deadline_exceeded: {
    status: 504,
    retryable: true,
    meaning: "The request's deadline passed before its embedding was ready",
  },
} as const satisfies Record<string, ErrorEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** What an error may carry beside its message. */
export interface GatewayErrorOptions {
  /** For the log only; never part of a reply. */
  readonly cause?: unknown;
  /** Seconds after which a client may try again. */
  readonly retryAfterSeconds?: number;
}

/** An operating error: its message is public and says action, limit and value, never input or upstream text. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: GatewayErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "GatewayError";
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** HTTP status of this error. */
  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return ERROR_CATALOGUE[this.code].retryable;
  }
}

/** An image that fails its whole request; the message names it where there are several. */
export class ImageFailure extends GatewayError {
  /** What is wrong with the image. */
  readonly error: GatewayError;
  /** Which image of the request, from 0. */
  readonly index: number;

  constructor(error: GatewayError, index: number, images: number) {
    super(error.code, images === 1 ? error.message : `Image ${index}: ${error.message}`, {
      cause: error.cause,
      ...error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds },
    });
    this.error = error;
    this.index = index;
  }
}

/** A limit that was crossed: the sentence every such error uses. */
export interface LimitViolation {
  /** What could not be done, such as `decode image`. */
  readonly action: string;
  /** The quantity, with its unit, such as `its pixels`. */
  readonly quantity: string;
  readonly limit: number;
  /** The offending value; left out where it is not known. */
  readonly value?: number;
  /** Seconds after which a client may try again. */
  readonly retryAfterSeconds?: number;
}

/** Builds the error of a crossed limit, such as `Cannot decode image as its pixels must be ≤ 25000000: current value is 4290250000`. */
export function limitError(
  code: ErrorCode,
  violation: LimitViolation,
): GatewayError {
  const { action, quantity, limit, value, retryAfterSeconds } = violation;
  const known = value === undefined ? "" : `: current value is ${value}`;
  return new GatewayError(
    code,
    `Cannot ${action} as ${quantity} must be ≤ ${limit}${known}`,
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );
}

/** Turns anything thrown into a catalogue error; what is not one already becomes `internal` with the original as its cause. */
export function toGatewayError(thrown: unknown): GatewayError {
  return thrown instanceof GatewayError ? thrown : new GatewayError(
    "internal",
    "Cannot complete request because of an internal error",
    { cause: thrown },
  );
}
