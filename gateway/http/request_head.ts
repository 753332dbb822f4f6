/**
 * What RFC 9112 refuses in a request's head, as far as Deno's server leaves it to us and lets us see it: a server and a
 * proxy before it must not disagree where a body ends, or the rest of one request is taken for the next.
 */
import { GatewayError } from "../contract/errors.ts";
import type { Telemetry } from "../telemetry/events.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { errorResponse } from "./error_response.ts";

/** A host with or without a port (RFC 3986, section 3.2): without the space of two that were joined. */
const HOST = /^[A-Za-z0-9._~%!$&'()*+;=:[\]-]*$/;

/** Takes a request, and what else there is to know of it. */
export type Fetch<More extends unknown[]> = (
  request: Request,
  ...more: More
) => Response | Promise<Response>;

/** Who words a refusal and who is told of it. */
export interface HeadCheckOptions {
  readonly dialect: Pick<Dialect, "errorBody" | "key" | "status">;
  readonly telemetry: Pick<Telemetry, "requestAnswered">;
}

/**
 * Stands before an app, which sees a URL only of a host that is one. Refuses with 400 and closes the connection; closes
 * it behind every reply to a chunked request, too: Deno hides a length that stood behind the chunked coding (RFC 9112,
 * section 6.1, has the connection closed where both are there).
 */
export function withHeadCheck<More extends unknown[]>(
  fetch: Fetch<More>,
  options: HeadCheckOptions,
): Fetch<More> {
  return (request, ...more) => {
    const coding = request.headers.get("transfer-encoding");
    const problem = headProblem(request.headers, coding);
    if (problem !== undefined) return refuse(request, problem, options);
    const response = fetch(request, ...more);
    return coding === null ? response : closing(response);
  };
}

async function closing(reply: Response | Promise<Response>): Promise<Response> {
  const response = await reply;
  response.headers.set("connection", "close");
  return response;
}

/** What is wrong with a head, as the end of a sentence. */
function headProblem(headers: Headers, coding: string | null): string | undefined {
  if (coding !== null && headers.has("content-length")) {
    return "it has both content-length and transfer-encoding";
  }
  if (coding !== null && coding.toLowerCase() !== "chunked") {
    return "its transfer-encoding is not chunked alone";
  }
  return HOST.test(headers.get("host") ?? "") ? undefined : "its host is not one host";
}

function refuse(
  { method, headers: asked }: Request,
  problem: string,
  { dialect, telemetry }: HeadCheckOptions,
): Response {
  const startedMs = performance.now();
  const requestId = crypto.randomUUID();
  const error = new GatewayError("invalid_request", `Cannot read request as ${problem}`);
  const headers = { "x-request-id": requestId, "cache-control": "no-store" };
  const response = errorResponse(error, {
    dialect,
    requestId,
    isBodyDrained: false,
    headers,
    asked,
  });
  telemetry.requestAnswered({
    requestId,
    route: "other",
    method,
    status: error.status,
    code: error.code,
    seconds: (performance.now() - startedMs) / 1000,
    bodyBytes: 0,
    inputs: 0,
    phaseMs: {},
  });
  return response;
}
