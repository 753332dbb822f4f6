import assert from "node:assert/strict";
import { DEFAULT_FAST_SCALE_MIN, DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { IMAGE_FIELDS } from "./image_fields.ts";

Deno.test("IMAGE_FIELDS have the defaults of preprocessing", () => {
  const { imageBytesMax, imagePixelsMax, imageScansMax, imageCostMsMax } = IMAGE_FIELDS;
  const { fastDecodeScaleMin, orient, decode } = IMAGE_FIELDS;
  const { bytesMax, pixelsMax, scansMax, decodeMsMax } = DEFAULT_LIMITS;
  assert.deepEqual(
    [imageBytesMax, imagePixelsMax, imageScansMax, imageCostMsMax]
      .map(({ default: text }) => Number(text)),
    [bytesMax, pixelsMax, scansMax, decodeMsMax],
  );
  assert.equal(Number(fastDecodeScaleMin.default), DEFAULT_FAST_SCALE_MIN);
  assert.deepEqual({ orient: orient.default, decode: decode.default }, OPEN_CLIP);
});
