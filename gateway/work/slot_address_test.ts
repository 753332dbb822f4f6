import assert from "node:assert/strict";
import { imageDatatype } from "./slot_address.ts";

Deno.test("imageDatatype() is of images' inputs, and of no token ids", () => {
  assert.equal(imageDatatype("FP32"), "FP32");
  assert.equal(imageDatatype("UINT8"), "UINT8");
  assert.throws(() => imageDatatype("INT32"), /^RangeError: Cannot write an image into a slot/);
});
