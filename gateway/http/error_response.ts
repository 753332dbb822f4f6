/** The only place where an error becomes a reply. */
import { GatewayError } from "../contract/errors.ts";
import type { Dialect } from "./dialects/dialect.ts";

/** What a reply adds to its error. */
export interface ErrorReply {
  /** Words the body. */
  readonly dialect: Pick<Dialect, "errorBody" | "errorReply" | "key" | "status">;
  /** The request's headers. */
  readonly asked: Headers;
  readonly requestId: string;
  /** Whether the body was used up, without which the connection cannot be kept. */
  readonly isBodyDrained: boolean;
  /** Headers that only this reply has, such as `allow`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a client that seemed to have left sees, if it only stopped sending: 499 is no status of HTTP (RFC 9110). */
const CUT_SHORT = new GatewayError(
  "invalid_body",
  "Cannot read body as it ended before it was complete",
);

const JSON_TYPE = { "content-type": "application/json" };

/** Writes an error in its dialect, with the status of its code, unless the dialect has another; `client_closed` is for log and metrics alone. */
export function errorResponse(thrown: GatewayError, reply: ErrorReply): Response {
  const error = thrown.code === "client_closed" ? CUT_SHORT : thrown;
  const { retryAfterSeconds } = error;
  const { errorBody, key } = reply.dialect;
  const own = reply.dialect.errorReply?.(error, reply.asked);
  const status = own?.status ?? reply.dialect.status?.(error) ?? error.status;
  // Pairs, and no Headers: refusing must cost little.
  const headers = Object.entries(reply.headers);
  headers.push(...Object.entries(own?.headers ?? JSON_TYPE));
  if (retryAfterSeconds !== undefined) {
    headers.push(["retry-after", String(retryAfterSeconds)]);
    headers.push(["retry-after-ms", String(retryAfterSeconds * 1000)]);
  }
  if (!reply.isBodyDrained || error === CUT_SHORT) headers.push(["connection", "close"]);
  if (status === 401 && key.challenge !== undefined) {
    headers.push(["www-authenticate", key.challenge]);
  }
  const body = own === undefined ? JSON.stringify(errorBody(error, reply.requestId)) : null;
  return new Response(body, { status, headers });
}
