/** Errors by their status, in the words of a dialect. */
import { ERROR_CATALOGUE, type ErrorCode } from "../../contract/catalogue.ts";
import { GatewayError } from "../../contract/errors.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { Json } from "./json_schema.ts";
import { replyHeaders } from "./reply_headers.ts";

type Speaker = Pick<Dialect, "errorBody" | "status">;

const EXAMPLE_ID = "c0ffee00-0000-4000-8000-000000000000";

/** Of requests that no operation is: they are on no path, or by no method of its path. */
export const PATH_ERRORS: readonly ErrorCode[] = ["not_found", "method_not_allowed"];

/** What a request for embeddings may meet; the last one is no reply at all. */
export const EMBED_ERRORS: readonly ErrorCode[] = (Object.keys(ERROR_CATALOGUE) as ErrorCode[])
  .filter((code) => !PATH_ERRORS.includes(code) && code !== "client_closed");

/** What any other request may meet. */
export const GET_ERRORS: readonly ErrorCode[] = ["invalid_request", "unauthorized", "internal"];

/** Those that ask for a model, or whether it is ready, too. */
export const DIALECT_GET_ERRORS: readonly ErrorCode[] = [
  ...GET_ERRORS,
  "invalid_option",
  "model_not_found",
  "upstream_unavailable",
];

/**
 * Replies by their status.
 *
 * @param speakers Who words them: whose the path is, and those who claim some of its requests.
 * @param schema What all of their bodies are.
 */
export function errorReplies(
  codes: readonly ErrorCode[],
  speakers: readonly Speaker[],
  schema: Json,
): Record<string, Json> {
  const errors = codes.flatMap((code) => {
    const error = new GatewayError(code, ERROR_CATALOGUE[code].meaning);
    return speakers.map((speaker, at) => ({
      code,
      name: at === 0 ? code : `${code}_${at + 1}`,
      status: speaker.status?.(error) ?? error.status,
      body: speaker.errorBody(error, EXAMPLE_ID),
    }));
  });
  const byStatus = Object.groupBy(errors, ({ status }) => String(status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, list = []]) => [status, {
      description: describe(list.map(({ code }) => code)),
      headers: replyHeaders(Number(status), false),
      content: {
        "application/json": {
          schema,
          examples: Object.fromEntries(list.map(({ name, body }) => [name, { value: body }])),
        },
      },
    }]),
  );
}

function describe(codes: readonly ErrorCode[]): string {
  return [...new Set(codes)].map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].meaning}`)
    .join("\n\n");
}
