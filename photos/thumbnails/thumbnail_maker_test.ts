import assert from "node:assert/strict";
import { testFile } from "../../testing/harness.ts";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { Refusal } from "../../preprocess/contract/refusal.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import { ThumbnailMaker } from "./thumbnail_maker.ts";

const CAT = await testFile("photos/cat.jpg");

/** A JPEG that asks to be turned: EXIF (CIPA DC-008) with one entry, orientation. */
function turned(jpeg: Uint8Array<ArrayBuffer>, orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation];
  const exif = [...new TextEncoder().encode("Exif\0\0"), ...tiff, 0, 0, 0, 0, 0, 0];
  const segment = [0xff, 0xe1, 0, exif.length + 2, ...exif];
  return Uint8Array.from([...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2)]);
}

Deno.test("ThumbnailMaker makes the longer side 320 pixels, upright", async () => {
  using maker = new ThumbnailMaker();
  const sizes: unknown[] = [];
  for (const bytes of [CAT, turned(CAT, 6), await testFile("photos/rocket.jpg")]) {
    const { format, width, height } = judgeImage(await maker.make(bytes), DEFAULT_LIMITS);
    sizes.push([format, width, height]);
  }
  assert.deepEqual(sizes, [["jpeg", 320, 213], ["jpeg", 213, 320], ["jpeg", 240, 320]]);
});

Deno.test("ThumbnailMaker refuses what is no picture, and goes on", async () => {
  using maker = new ThumbnailMaker();
  await assert.rejects(maker.make(new TextEncoder().encode("no picture")), Refusal);
  await assert.rejects(maker.make(CAT.slice(0, 300)), Refusal);
  assert.ok((await maker.make(CAT)).length > 1000);
});
