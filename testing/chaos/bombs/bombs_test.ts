/** That bombs are what they say. What they cost, and what is answered, `deno task chaos bombs --each` tells. */
import assert from "node:assert/strict";
import { sniffFormat } from "../../../preprocess/header/format.ts";
import { BOMBS } from "./bombs.ts";

const IMAGE_BYTES_MAX = 8_388_608;
const BODY_BYTES_MAX = 33_554_432;

Deno.test("bombs have names of their own", () => {
  assert.equal(new Set(BOMBS.map(({ name }) => name)).size, BOMBS.length);
  assert.ok(BOMBS.length > 22);
});

for (const { name, make } of BOMBS) {
  Deno.test(`bomb ${name} is no larger than is allowed, and what its type says`, () => {
    const { contentType, body } = make();
    const isImage = contentType.startsWith("image/");
    assert.ok(body.length <= (isImage ? IMAGE_BYTES_MAX : BODY_BYTES_MAX));
    if (isImage) assert.equal(`image/${sniffFormat(body)}`, contentType);
  });
}
