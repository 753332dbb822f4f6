import assert from "node:assert/strict";
import { Refusal, type RefusalCode } from "../../preprocess/contract/refusal.ts";
import { ERROR_CATALOGUE } from "./catalogue.ts";
import { GatewayError, InputFailure, limitError, toGatewayError } from "./errors.ts";

Deno.test("limitError() says action, quantity, limit and the value where it is known", () => {
  const violation = { action: "decode image", quantity: "its pixels", limit: 5 };
  const error = limitError("image_too_large", { ...violation, value: 6 });
  assert.equal(error.code, "image_too_large");
  assert.equal(error.message, "Cannot decode image as its pixels must be ≤ 5: current value is 6");
  assert.equal(error.retryAfterSeconds, undefined);
  const unknown = limitError("overloaded", { ...violation, retryAfterSeconds: 2 });
  assert.equal(unknown.message, "Cannot decode image as its pixels must be ≤ 5");
  assert.equal(unknown.retryAfterSeconds, 2);
  assert.match(limitError("overloaded", { ...violation, value: 0 }).message, /value is 0$/);
});

Deno.test("toGatewayError() keeps catalogue errors and hides everything else behind internal", () => {
  const known = new GatewayError("invalid_image", "Cannot decode image");
  assert.equal(toGatewayError(known), known);
  for (const thrown of [new TypeError("secret path /etc"), "secret text", undefined]) {
    const error = toGatewayError(thrown);
    assert.equal(error.code, "internal");
    assert.equal(error.message, "Cannot complete request because of an internal error");
    assert.equal(error.cause, thrown);
  }
});

Deno.test("toGatewayError() gives a refused image's code and message, which are the client's to mend", () => {
  const codes: Record<RefusalCode, true> = {
    invalid_body: true,
    unsupported_media_type: true,
    body_too_large: true,
    image_too_large: true,
    invalid_image: true,
    unsupported_image: true,
  };
  for (const code of Object.keys(codes) as RefusalCode[]) {
    const cause = new RangeError("why");
    const error = toGatewayError(new Refusal(code, "Cannot decode image", { cause }));
    assert.deepEqual([error.code, error.message, error.cause], [
      code,
      "Cannot decode image",
      cause,
    ]);
    assert.ok(error.status >= 400 && error.status < 500 && !ERROR_CATALOGUE[code].retryable, code);
  }
});

Deno.test("InputFailure says what it is called, and keeps the error as it was", () => {
  const cause = new TypeError("why");
  const error = new GatewayError("overloaded", "Cannot decode image", {
    cause,
    retryAfterSeconds: 3,
  });
  const alone = new InputFailure(error, 0);
  const among = new InputFailure(error, 2, "Image 2");
  assert.equal(alone.message, "Cannot decode image");
  assert.equal(among.message, "Image 2: Cannot decode image");
  for (const failure of [alone, among]) {
    assert.equal(failure.error, error);
    assert.deepEqual([failure.code, failure.cause], ["overloaded", cause]);
    assert.equal(failure.retryAfterSeconds, 3);
    assert.equal(toGatewayError(failure), failure);
  }
});
