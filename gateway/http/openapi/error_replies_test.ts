import assert from "node:assert/strict";
import { native } from "../dialects/native.ts";
import { openai } from "../dialects/openai.ts";
import { EMBED_ERRORS, errorReplies, GET_ERRORS, PATH_ERRORS } from "./error_replies.ts";

const SCHEMA = { $ref: "#/components/schemas/native.error" };

Deno.test("errorReplies() groups codes by the status that the dialect gives them", () => {
  assert.deepEqual(Object.keys(errorReplies(["invalid_image", "invalid_json"], [native], SCHEMA)), [
    "400",
    "422",
  ]);
  assert.deepEqual(Object.keys(errorReplies(["invalid_image", "invalid_json"], [openai], SCHEMA)), [
    "400",
  ]);
});

Deno.test("errorReplies() shows each code in the words of everybody who may say it", () => {
  const { 429: reply } = errorReplies(["overloaded"], [native, openai], SCHEMA);
  const { content, headers } = reply as { content: object; headers: object };
  assert.deepEqual(Object.keys(Object(content)["application/json"].examples), [
    "overloaded",
    "overloaded_2",
  ]);
  assert.ok("retry-after" in headers && !("www-authenticate" in headers));
});

Deno.test("errors of paths are none of operations", () => {
  for (const code of PATH_ERRORS) assert.ok(![...EMBED_ERRORS, ...GET_ERRORS].includes(code));
});
