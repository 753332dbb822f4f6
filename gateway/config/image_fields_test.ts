import assert from "node:assert/strict";
import { DEFAULT_FAST_SCALE_MIN, DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { IMAGE_FIELDS } from "./image_fields.ts";

Deno.test("IMAGE_FIELDS have the defaults of preprocessing", () => {
  const { imageBytesMax, imagePixelsMax, imageScansMax, fastDecodeScaleMin, decode } = IMAGE_FIELDS;
  assert.deepEqual(
    [imageBytesMax, imagePixelsMax, imageScansMax].map(({ default: text }) => Number(text)),
    [DEFAULT_LIMITS.bytesMax, DEFAULT_LIMITS.pixelsMax, DEFAULT_LIMITS.scansMax],
  );
  assert.equal(Number(fastDecodeScaleMin.default), DEFAULT_FAST_SCALE_MIN);
  assert.equal(decode.default, OPEN_CLIP.decode);
});
