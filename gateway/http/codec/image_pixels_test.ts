import assert from "node:assert/strict";
import { testFile } from "../../../testing/harness.ts";
import { GatewayError } from "../../contract/errors.ts";
import { countPixels } from "./image_pixels.ts";

const CAT = await testFile("photos/cat.jpg");

Deno.test("countPixels() adds up what the heads of images say, and nothing of texts, errors and what is no image", () => {
  const one = countPixels([CAT]);
  assert.equal(one, 451 * 300);
  const error = new GatewayError("invalid_base64", "Cannot");
  assert.equal(countPixels([CAT, "a cat", error, Uint8Array.of(1, 2), CAT.slice(0, 4)]), one);
  assert.equal(countPixels([CAT, CAT]), 2 * one);
  assert.equal(countPixels([]), 0);
});
