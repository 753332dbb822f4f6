/** What the gateway answers beside embeddings: the reference and the API's description say the same. */
import { z } from "zod";
import type { ErrorCode } from "../../contract/catalogue.ts";
import { MODEL_NAME } from "../codec/input_schemas.ts";
import { GATEWAY_INFO, READINESS } from "./own_replies.ts";

/** A route that no dialect has. */
export interface OwnRoute {
  readonly meaning: string;
  /** Bodies by their media types, with status 200. */
  readonly replies: Readonly<Record<string, z.ZodType>>;
  /** Statuses beside 200 that have the same bodies, and what they say. */
  readonly others?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  /** Beside those of every route. */
  readonly errors?: readonly ErrorCode[];
}

const LIVE = { "application/json": z.strictObject({ status: z.literal("ok"), unix: z.int() }) };
const TEXT = z.string();

/** By method and path. */
export const OWN_ROUTES: Readonly<Record<string, OwnRoute>> = {
  "GET /": {
    meaning: "A page on the gateway: HTML for browsers, else text",
    replies: { "text/plain": TEXT, "text/html": TEXT },
  },
  "GET /page/{name}": {
    meaning: "Scripts, style and sample photos of that page",
    replies: { "text/javascript": TEXT, "text/css": TEXT, "image/jpeg": TEXT },
    errors: ["not_found"],
  },
  "GET /healthz": { meaning: "Whether the process answers", replies: LIVE },
  "GET /health": { meaning: "The same", replies: LIVE },
  "GET /livez": { meaning: "The same", replies: LIVE },
  "GET /readyz": {
    meaning: "Whether embeddings come out; 503 with the reason while they do not",
    replies: { "application/json": READINESS },
    others: { 503: "No embeddings come out, for the reason that is said" },
    query: z.object({ model: MODEL_NAME.min(0).optional() }),
    errors: ["invalid_option", "model_not_found"],
  },
  "GET /info": {
    meaning: "Model, engine, limits, options and preprocess ids, as JSON",
    replies: { "application/json": GATEWAY_INFO },
  },
  "GET /metrics": {
    meaning: "Metrics in Prometheus' text format",
    replies: { "text/plain": TEXT },
  },
  "GET /openapi.json": {
    meaning: "This API as OpenAPI 3.1, with the limits that are in effect",
    replies: { "application/json": z.looseObject({ openapi: z.string() }) },
    others: { 304: "As the client has it, by its `if-none-match`" },
  },
  "GET /docs": {
    meaning: "The same for people, as a page without scripts",
    replies: { "text/html": TEXT },
    others: { 304: "As the client has it, by its `if-none-match`" },
  },
};
