import assert from "node:assert/strict";
import { limitRefusal, Refusal } from "./refusal.ts";

Deno.test("Refusal carries its code, and a cause where there is one", () => {
  const cause = new RangeError("why");
  const refusal = new Refusal("invalid_image", "Cannot decode image: it is damaged", { cause });
  assert.deepEqual([refusal.name, refusal.code, refusal.cause], [
    "Refusal",
    "invalid_image",
    cause,
  ]);
  assert.equal("cause" in new Refusal("invalid_body", "Cannot decode image: it is empty"), false);
});

Deno.test("limitRefusal() says quantity, limit and the value where it is known", () => {
  const crossed = { quantity: "its pixels", limit: 5 };
  const { code, message } = limitRefusal("image_too_large", { ...crossed, value: 6 });
  assert.equal(code, "image_too_large");
  assert.equal(message, "Cannot decode image as its pixels must be ≤ 5: current value is 6");
  const unknown = limitRefusal("image_too_large", crossed);
  assert.equal(unknown.message, "Cannot decode image as its pixels must be ≤ 5");
});
