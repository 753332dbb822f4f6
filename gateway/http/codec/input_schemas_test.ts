import assert from "node:assert/strict";
import { sniffFormat } from "../../../preprocess/header/format.ts";
import { ERROR_CODE, EXAMPLE_PHOTO, INPUT, MODEL_NAME } from "./input_schemas.ts";

Deno.test("EXAMPLE_PHOTO is a JPEG, and short enough to be read", () => {
  assert.equal(sniffFormat(Uint8Array.fromBase64(EXAMPLE_PHOTO)), "jpeg");
  assert.ok(EXAMPLE_PHOTO.length < 700);
});

Deno.test("INPUT is an image or a text, beside which the other one may be null", () => {
  for (const good of [{ image: "" }, { text: "a", image: null }]) {
    assert.ok(INPUT.safeParse(good).success, JSON.stringify(good));
  }
  for (
    const bad of [{}, { image: "", text: "" }, { text: null }, { text: "a", other: null }, "a"]
  ) {
    assert.ok(!INPUT.safeParse(bad).success, JSON.stringify(bad));
  }
});

Deno.test("MODEL_NAME has 1 to 256 characters", () => {
  const lengths = [0, 1, 256, 257].filter((length) =>
    MODEL_NAME.safeParse("a".repeat(length)).success
  );
  assert.deepEqual(lengths, [1, 256]);
});

Deno.test("ERROR_CODE has none that no reply has", () => {
  assert.ok(ERROR_CODE.safeParse("overloaded").success);
  assert.ok(!ERROR_CODE.safeParse("client_closed").success);
});
