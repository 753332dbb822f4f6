/** The only place where an error becomes a reply. */
import type { GatewayError } from "../contract/errors.ts";

/** What a reply adds to its error. */
export interface ErrorReply {
  readonly requestId: string;
  /** Whether the body was used up, without which the connection cannot be kept. */
  readonly isBodyDrained: boolean;
  /** Headers that only this reply has, such as `allow`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Writes `{"error":{"code","message","request_id"}}` with the status of its code. */
export function errorResponse(error: GatewayError, reply: ErrorReply): Response {
  const { code, message, status, retryAfterSeconds } = error;
  const headers = new Headers({ ...reply.headers, "content-type": "application/json" });
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  if (!reply.isBodyDrained) headers.set("connection", "close");
  if (status === 401) headers.set("www-authenticate", "Bearer");
  const body = { error: { code, message, request_id: reply.requestId } };
  return new Response(JSON.stringify(body), { status, headers });
}
