import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { GatewayError } from "../../contract/errors.ts";
import { joinImages } from "../../contract/image_batch.ts";
import { splitImages } from "./image_batch.ts";

const LIMITS = { imagesMax: 4, imageBytesMax: 100, textsMax: 1, textCharactersMax: 1 };
const IMAGES = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 });

Deno.test("splitImages() gives views of what joinImages() was given, wherever the body begins", () => {
  fc.assert(fc.property(IMAGES, fc.nat({ max: 5 }), (images, before) => {
    const joined = joinImages(images);
    const body = new Uint8Array(before + joined.length);
    body.set(joined, before);
    const split = splitImages(body.subarray(before), LIMITS);
    assert.deepEqual(split.map((image) => [...image]), images.map((image) => [...image]));
    assert.ok(split.every(({ buffer }) => buffer === body.buffer));
  }));
});

Deno.test("splitImages() refuses every beginning of a body that ends within an image", () => {
  const images = [new Uint8Array(3), new Uint8Array(0), new Uint8Array(5)];
  const body = joinImages(images);
  const whole = new Set(images.map((_, index) => joinImages(images.slice(0, index + 1)).length));
  for (let length = 0; length < body.length; length++) {
    const part = body.subarray(0, length);
    if (whole.has(length)) splitImages(part, LIMITS);
    else assert.equal(thrownBy(() => splitImages(part, LIMITS)).code, "invalid_body", `${length}`);
  }
});

Deno.test("splitImages() takes any bytes for images, or refuses them by the catalogue", () => {
  const mutated = fc.tuple(IMAGES, fc.nat(), fc.nat({ max: 255 })).map(([images, place, value]) => {
    const body = joinImages(images);
    body[place % body.length] = value;
    return body;
  });
  const bytes = fc.uint8Array().map((bytes) => Uint8Array.from(bytes));
  fc.assert(fc.property(fc.oneof(mutated, bytes), (body) => {
    try {
      // Whatever it was meant to be, all of it is there again.
      assert.deepEqual(joinImages(splitImages(body, LIMITS)), body);
    } catch (error) {
      assert.ok(error instanceof GatewayError, String(error));
      assert.match(error.code, /^(?:invalid_body|too_many_images)$/);
    }
  }));
});

for (
  const [what, body, message] of [
    ["no image", [], /^Cannot embed: the body holds no image$/],
    ["half a length", [1, 0], /image 0 of it must have its length, u32 little-endian: the body/],
    ["a length of 4 GiB", [255, 255, 255, 255, 1], /image 0 of it must have as many bytes as its/],
    ["a second image cut short", [1, 0, 0, 0, 9, 2, 0, 0, 0, 8], /image 1 of it must have as many/],
  ] as const
) {
  Deno.test(`splitImages() says what is wrong with ${what}`, () => {
    const error = thrownBy(() => splitImages(Uint8Array.from(body), LIMITS));
    assert.equal(error.code, "invalid_body");
    assert.match(error.message, message);
  });
}

Deno.test("splitImages() stops at the first image too many, whatever is behind it", () => {
  const body = joinImages(Array.from({ length: 5 }, () => Uint8Array.of(1)));
  const error = thrownBy(() => splitImages(body.subarray(0, -1), LIMITS));
  assert.equal(error.code, "too_many_images");
});
