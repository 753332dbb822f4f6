import assert from "node:assert/strict";
import { sha256 } from "../../testing/digest.ts";
import { INPUT_BYTES } from "../../testing/fp32_slot.ts";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { judged } from "../../testing/judged_image.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { SlotPreprocessor } from "./slot_preprocessor.ts";

Deno.test("SlotPreprocessor.run() leaves what its slot asks for, and says where the time went", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  using slots = new SlotPreprocessor(preprocessorSettings());
  const image = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
  for (const datatype of ["FP32", "UINT8"] as const) {
    const buffer = new SharedArrayBuffer(INPUT_BYTES);
    const address = { kind: "memory", datatype, buffer, byteOffset: 0 } as const;
    const { decodeMs, resizeMs, writeMs, ...photo } = await slots
      .run({ ...image, ...OPEN_CLIP, address });
    assert.deepEqual(photo, { width: 640, height: 480, format: "jpeg" });
    assert.ok(decodeMs > 0 && resizeMs > 0 && writeMs > 0);
    const { data } = await preprocessor.input(image, OPEN_CLIP, datatype);
    assert.equal(sha256(new Uint8Array(buffer, 0, data.length)), sha256(data), datatype);
  }
});
