import assert from "node:assert/strict";
import { GatewayError } from "../contract/errors.ts";
import { fromPlainError, toPlainError } from "./plain_error.ts";

function sent(thrown: unknown): GatewayError {
  return fromPlainError(structuredClone(toPlainError(thrown)));
}

Deno.test("an error keeps its code and message on its way between threads, and its causes as text", () => {
  const root = new RangeError("No space left on device");
  const cause = new Error("Cannot write input", { cause: root });
  const error = sent(new GatewayError("internal", "Cannot embed", { cause }));
  assert.ok(error instanceof GatewayError);
  assert.deepEqual([error.code, error.message], ["internal", "Cannot embed"]);
  assert.match(
    String(error.cause),
    /^Cannot write input: No space left on device \(at .*plain_error_test\.ts:\d+:\d+\)$/,
  );
});

Deno.test("an error without a cause gets none on its way between threads", () => {
  assert.equal(sent(new GatewayError("invalid_image", "Cannot decode image")).cause, undefined);
});

Deno.test("a defect is internal on the other side, and says there alone what it was", () => {
  const error = sent(new TypeError("x is not a function"));
  assert.equal(error.code, "internal");
  assert.equal(error.message, "Cannot complete request because of an internal error");
  assert.match(String(error.cause), /^x is not a function \(at /);
  assert.equal(sent("thrown text").cause, "thrown text");
});
