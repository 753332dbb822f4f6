/** What a failed call to Triton means to a client of the gateway. */
import type { TritonError, TritonErrorKind } from "../../../triton/errors.ts";
import type { ErrorCode } from "../../contract/catalogue.ts";
import { GatewayError } from "../../contract/errors.ts";

/** Seconds after which a restarted Triton has usually been found again. */
const RETRY_AFTER_SECONDS = 1;

const CODES: Record<TritonErrorKind, ErrorCode> = {
  starting: "upstream_unavailable",
  stopping: "upstream_unavailable",
  // Said of the model that this gateway is configured for: it was unloaded or is being loaded again.
  unknown_model: "upstream_unavailable",
  gone: "upstream_error",
  unknown_region: "upstream_error",
  bad_reply: "upstream_error",
  failed: "upstream_error",
  overloaded: "overloaded",
  deadline: "deadline_exceeded",
  cancelled: "client_closed",
  // The gateway wrote the request, so it is the gateway's fault and none of the client's.
  our_fault: "internal",
};

/** Maps a failure to its catalogue error; what Triton said is its cause, for the log alone. */
export function toUpstreamError(failure: TritonError): GatewayError {
  const neverArrived = failure.kind === "gone" && failure.wasProcessed === "no";
  const code = neverArrived ? "upstream_unavailable" : CODES[failure.kind];
  const isRetryable = code === "upstream_unavailable" || code === "overloaded";
  return new GatewayError(code, MESSAGES[code] ?? "Cannot compute embedding", {
    cause: failure,
    ...(isRetryable ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {}),
  });
}

/** The error while no server is connected, or it fails so often that asking it is no use. */
export function upstreamUnavailable(cause: unknown): GatewayError {
  return new GatewayError("upstream_unavailable", MESSAGES.upstream_unavailable, {
    cause,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

const MESSAGES = {
  upstream_unavailable: "Cannot compute embedding because the inference server is not available",
  upstream_error: "Cannot compute embedding because the inference server failed",
  overloaded: "Cannot compute embedding because the inference server is at capacity",
  deadline_exceeded: "Cannot compute embedding within the request's deadline",
  client_closed: "Client closed the request",
  internal: "Cannot complete request because of an internal error",
} as Partial<Record<ErrorCode, string>> & { readonly upstream_unavailable: string };
