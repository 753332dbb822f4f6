import assert from "node:assert/strict";
import { ERROR_CATALOGUE, type ErrorCode } from "./catalogue.ts";
import { GatewayError } from "./errors.ts";

/** Statuses as the design has them. */
const STATUSES: Record<ErrorCode, number> = {
  invalid_request: 400,
  invalid_json: 400,
  invalid_body: 400,
  invalid_base64: 400,
  invalid_text: 400,
  invalid_option: 400,
  url_not_allowed: 400,
  modality_not_supported: 400,
  unauthorized: 401,
  not_found: 404,
  model_not_found: 404,
  method_not_allowed: 405,
  body_timeout: 408,
  body_too_large: 413,
  text_too_long: 413,
  too_many_images: 413,
  too_many_texts: 413,
  unsupported_media_type: 415,
  image_too_large: 422,
  invalid_image: 422,
  unsupported_image: 422,
  url_unreachable: 422,
  overloaded: 429,
  client_closed: 499,
  internal: 500,
  upstream_error: 502,
  upstream_unavailable: 503,
  draining: 503,
  deadline_exceeded: 504,
};
const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

/** A sentence: a capital at its start, no period at its end, no contraction, no doubled space. */
const SENTENCE = /^[A-Z](?!.*(n't|'re|'ll| {2})).*[^.\s]$/s;

Deno.test("ERROR_CATALOGUE has the statuses of the design, and GatewayError gives them", () => {
  for (const code of CODES) {
    assert.equal(ERROR_CATALOGUE[code].status, STATUSES[code], code);
    assert.equal(new GatewayError(code, "Cannot").status, STATUSES[code], code);
  }
  assert.deepEqual(CODES.toSorted(), Object.keys(STATUSES).sort());
});

Deno.test("ERROR_CATALOGUE stands in order of status", () => {
  const statuses = CODES.map((code) => ERROR_CATALOGUE[code].status);
  assert.deepEqual(statuses, statuses.toSorted((a, b) => a - b));
});

Deno.test("ERROR_CATALOGUE says retryable for what time alone may mend", () => {
  const retryable = CODES.filter((code) => ERROR_CATALOGUE[code].retryable);
  assert.deepEqual(retryable, [
    "body_timeout",
    "url_unreachable",
    "overloaded",
    "upstream_error",
    "upstream_unavailable",
    "draining",
    "deadline_exceeded",
  ]);
});

Deno.test("ERROR_CATALOGUE explains every code in a sentence without a period", () => {
  for (const code of CODES) assert.match(ERROR_CATALOGUE[code].meaning, SENTENCE, code);
});

Deno.test("ERROR_CATALOGUE says what speaks against the engine, and what befalls its own request alone", () => {
  assert.deepEqual(CODES.filter((code) => ERROR_CATALOGUE[code].againstEngine), [
    "internal",
    "upstream_error",
    "upstream_unavailable",
  ]);
  assert.deepEqual(CODES.filter((code) => !ERROR_CATALOGUE[code].shared), [
    "overloaded",
    "client_closed",
    "deadline_exceeded",
  ]);
});
