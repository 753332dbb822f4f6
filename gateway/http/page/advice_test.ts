import assert from "node:assert/strict";
import { ERROR_CATALOGUE, type ErrorCode } from "../../contract/catalogue.ts";
import { adviceOn, isWorthAnotherTry } from "./advice.js";

/** What a raw photo cannot be answered with, and the key's, which has a form of its own. */
const OTHERS: readonly ErrorCode[] = [
  ...["invalid_request", "invalid_json", "invalid_base64", "invalid_text"] as const,
  ...["invalid_option", "modality_not_supported", "unauthorized", "not_found"] as const,
  ...["method_not_allowed", "text_too_long", "too_many_images", "too_many_texts"] as const,
  "client_closed",
];

for (const [code, { retryable }] of Object.entries(ERROR_CATALOGUE)) {
  if (OTHERS.includes(code as ErrorCode)) continue;
  Deno.test(`the page has advice on ${code}, and offers another try only where that may help`, () => {
    assert.match(adviceOn(code), /^[A-Z].+\.$/);
    assert.equal(isWorthAnotherTry(code), retryable);
  });
}

Deno.test("the page says nothing of codes that it does not know, and offers another try", () => {
  assert.equal(adviceOn("status_502"), "");
  assert.equal(isWorthAnotherTry("status_502"), true);
});
