/** What a failed call to Triton means, to the client and to the connection. */
import type { TritonError, TritonErrorKind } from "../../../triton/errors.ts";
import type { ErrorCode } from "../../contract/catalogue.ts";
import { GatewayError } from "../../contract/errors.ts";

/** Seconds after which a restarted Triton has usually been found again. */
const RETRY_AFTER_SECONDS = 1;

const MESSAGES = {
  upstream_unavailable: "Cannot compute embedding because the inference server is not available",
  upstream_error: "Cannot compute embedding because the inference server failed",
  overloaded: "Cannot compute embedding because the inference server is at capacity",
  deadline_exceeded: "Cannot compute embedding within the request's deadline",
  client_closed: "Client closed the request",
  internal: "Cannot complete request because of an internal error",
} as const satisfies Partial<Record<ErrorCode, string>>;

interface FailureRow {
  /** What the client is told; the catalogue says whether that speaks against the engine. */
  readonly code: keyof typeof MESSAGES;
  /** Whether what was found out when connecting has to be checked again before the next call. */
  readonly losesConnection: boolean;
}

const FAILURES: Record<TritonErrorKind, FailureRow> = {
  starting: { code: "upstream_unavailable", losesConnection: true },
  stopping: { code: "upstream_unavailable", losesConnection: true },
  // Said of the model that this gateway is configured for: it was unloaded or is being loaded again.
  unknown_model: { code: "upstream_unavailable", losesConnection: true },
  gone: { code: "upstream_error", losesConnection: true },
  unknown_region: { code: "upstream_error", losesConnection: true },
  bad_reply: { code: "upstream_error", losesConnection: false },
  failed: { code: "upstream_error", losesConnection: false },
  overloaded: { code: "overloaded", losesConnection: false },
  deadline: { code: "deadline_exceeded", losesConnection: false },
  cancelled: { code: "client_closed", losesConnection: false },
  // The gateway wrote the request, so it is the gateway's fault and none of the client's.
  our_fault: { code: "internal", losesConnection: true },
};

/** Whether the connection's assumptions have to be checked again. */
export function losesConnection({ kind }: TritonError): boolean {
  return FAILURES[kind].losesConnection;
}

/** Maps a failure to its catalogue error; what Triton said is its cause, for the log alone. */
export function toUpstreamError(failure: TritonError): GatewayError {
  const neverArrived = failure.kind === "gone" && failure.wasProcessed === "no";
  const code = neverArrived ? "upstream_unavailable" : FAILURES[failure.kind].code;
  const isRetryable = code === "upstream_unavailable" || code === "overloaded";
  return new GatewayError(code, MESSAGES[code], {
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
