import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { GatewayError } from "../../contract/errors.ts";
import { assertImageCount, decodeImageTexts } from "./image_list.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };

Deno.test("decodeImageTexts() decodes every text, in order", () => {
  assert.deepEqual(decodeImageTexts(["AQ==", "Ag=="], LIMITS, false), [
    Uint8Array.of(1),
    Uint8Array.of(2),
  ]);
});

Deno.test("decodeImageTexts() throws the first bad text's error, or keeps it in its place", () => {
  const texts = ["AQ==", "A*=="];
  assert.equal(thrownBy(() => decodeImageTexts(texts, LIMITS, false)).code, "invalid_base64");
  const [good, bad] = decodeImageTexts(texts, LIMITS, true);
  assert.deepEqual(good, Uint8Array.of(1));
  assert.ok(bad instanceof GatewayError && bad.code === "invalid_base64");
});

Deno.test("decodeImageTexts() takes nothing but a list of strings, however errors are kept", () => {
  for (const texts of [undefined, "AQ==", ["AQ==", 5], [["AQ=="]]]) {
    assert.equal(thrownBy(() => decodeImageTexts(texts, LIMITS, true)).code, "invalid_body");
  }
});

Deno.test("assertImageCount() allows from one image to the limit", () => {
  assert.equal(thrownBy(() => assertImageCount(0, LIMITS)).code, "invalid_body");
  assertImageCount(1, LIMITS);
  assertImageCount(2, LIMITS);
  const error = thrownBy(() => assertImageCount(3, LIMITS));
  assert.equal(error.code, "too_many_images");
  assert.match(error.message, /must be ≤ 2: current value is 3$/);
});

Deno.test("decodeImageTexts() reads addresses where it may, for somebody else to judge", () => {
  const limits = { ...LIMITS, takesUrls: true };
  const texts = [" HTTPS://a.example/b \n", "http://a.example/", "AQ=="];
  assert.deepEqual(decodeImageTexts(texts.slice(0, 2), limits, false), [
    { url: "HTTPS://a.example/b" },
    { url: "http://a.example/" },
  ]);
  assert.deepEqual(decodeImageTexts(texts.slice(2), limits, false), [Uint8Array.of(1)]);
  assert.equal(
    thrownBy(() => decodeImageTexts(texts.slice(1), LIMITS, false)).code,
    "invalid_base64",
  );
  assert.equal(thrownBy(() => decodeImageTexts(texts, limits, false)).code, "too_many_images");
  const long = `https://a.example/${"b".repeat(9000)}`;
  const { code, message } = thrownBy(() => decodeImageTexts([long], limits, false));
  assert.equal(code, "url_not_allowed");
  assert.match(message, /characters of its address must be ≤ 8192: current value is 9018$/);
});
