import assert from "node:assert/strict";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import {
  bytesOf,
  EOI,
  frame,
  type FrameFields,
  scan,
  segment,
  SOI,
} from "../../testing/jpeg_bytes.ts";
import { DEFAULT_LIMITS } from "../contract/image_limits.ts";
import type { RefusalCode } from "../contract/refusal.ts";
import { judgeImage, judgeScans, truncatedJpeg } from "./image_header.ts";
import { parseJpegHeader } from "./jpeg_header.ts";

function jpeg(fields: FrameFields = {}): Uint8Array<ArrayBuffer> {
  return bytesOf(SOI, frame(fields), scan(fields.components), EOI);
}

function assertRefused(bytes: Uint8Array, code: RefusalCode, message: RegExp): void {
  assert.throws(() => judgeImage(bytes, DEFAULT_LIMITS), { name: "Refusal", code, message });
}

Deno.test("judgeImage() gives format and size, and the header of a JPEG", () => {
  const photo = jpeg();
  assert.deepEqual(judgeImage(photo, DEFAULT_LIMITS), {
    format: "jpeg",
    width: 64,
    height: 48,
    orientation: 1,
    jpeg: parseJpegHeader(photo),
  });
  assert.deepEqual(judgeImage(readGoldenFile("other/png_rgb_97x61.png"), DEFAULT_LIMITS), {
    format: "png",
    sampleBytes: 3,
    width: 97,
    height: 61,
    orientation: 1,
  });
});

Deno.test("judgeImage() refuses what is empty or of a format that is not accepted, naming those that are", () => {
  assertRefused(new Uint8Array(0), "invalid_body", /it is empty$/);
  const accepted =
    /one of JPEG, PNG, WEBP, GIF, BMP, TIFF: they are (AVIF, which has to become JPEG first|no image that is known$)/;
  const avif = readGoldenFile("refused/foreign_photo.avif");
  assertRefused(avif, "unsupported_media_type", accepted);
  assertRefused(new Uint8Array(100), "unsupported_media_type", accepted);
});

Deno.test("judgeImage() holds bytes and pixels to their limits, both included", () => {
  const photo = jpeg({ width: 100, height: 50 });
  const exact = { ...DEFAULT_LIMITS, bytesMax: photo.length, pixelsMax: 5000, scansMax: 1 };
  assert.equal(judgeImage(photo, exact).width, 100);
  assert.throws(() => judgeImage(photo, { ...exact, bytesMax: photo.length - 1 }), {
    code: "body_too_large",
    message: `Cannot decode image as its bytes must be ≤ ${
      photo.length - 1
    }: current value is ${photo.length}`,
  });
  assert.throws(() => judgeImage(photo, { ...exact, pixelsMax: 4999 }), {
    code: "image_too_large",
    message: "Cannot decode image as its pixels must be ≤ 4999: current value is 5000",
  });
});

Deno.test("judgeImage() refuses pictures without width or height", () => {
  assertRefused(jpeg({ width: 0 }), "invalid_image", /width or height is 0$/);
  assertRefused(jpeg({ height: 0 }), "invalid_image", /width or height is 0$/);
});

Deno.test("judgeImage() refuses JPEGs of other precision, components and coding than libjpeg has", () => {
  assertRefused(jpeg({ precision: 12 }), "unsupported_image", /12-bit samples/);
  assertRefused(jpeg({ components: 2 }), "unsupported_image", /2 components/);
  assertRefused(jpeg({ components: 5 }), "unsupported_image", /5 components/);
  for (const type of [5, 6, 7, 11, 13, 14, 15]) {
    assertRefused(jpeg({ marker: 0xc0 + type }), "unsupported_image", new RegExp(`SOF${type} `));
  }
  for (const type of [0, 1, 2, 3, 9, 10]) {
    const { jpeg: header } = judgeImage(jpeg({ marker: 0xc0 + type }), DEFAULT_LIMITS);
    assert.equal(header?.frameType, type);
  }
});

Deno.test("judgeScans() holds scans to their limit, that included", () => {
  const photo = readGoldenFile("inputs/gray_progressive_64_scans_131x97.jpg");
  const header = parseJpegHeader(photo);
  assert.equal(judgeScans(photo, header, { ...DEFAULT_LIMITS, scansMax: 64 }).isEnded, true);
  assert.throws(() => judgeScans(photo, header, { ...DEFAULT_LIMITS, scansMax: 63 }), {
    code: "image_too_large",
    message: "Cannot decode image as its scans must be ≤ 63",
  });
});

Deno.test("judgeScans() wants an end of image of every file but those of one scan", () => {
  const isEnded = (fields: FrameFields, components: number, ...after: (readonly number[])[]) => {
    const bytes = bytesOf(SOI, frame(fields), scan(components), [1, 2], ...after);
    return judgeScans(bytes, parseJpegHeader(bytes), DEFAULT_LIMITS).isEnded;
  };
  const truncated = { code: "invalid_image", message: truncatedJpeg().message };
  assert.equal(isEnded({}, 3, EOI), true);
  assert.equal(isEnded({}, 3), false);
  assert.equal(isEnded({ marker: 0xc9 }, 3), false);
  assert.equal(isEnded({}, 3, scan()), true);
  assert.throws(() => isEnded({}, 1), truncated);
  assert.throws(() => isEnded({ marker: 0xc2 }, 3), truncated);
  assert.throws(() => isEnded({ marker: 0xca }, 3), truncated);
  assert.equal(isEnded({ marker: 0xc2 }, 3, EOI), true);
});

Deno.test("judgeScans() calls a scan plain that holds data and restart markers alone, up to its end", () => {
  const isPlain = (fields: FrameFields, components: number, ...after: (readonly number[])[]) => {
    const bytes = bytesOf(SOI, frame(fields), scan(components), [1, 0xff, 0, 2], ...after);
    return judgeScans(bytes, parseJpegHeader(bytes), DEFAULT_LIMITS).isPlain;
  };
  assert.equal(isPlain({}, 3, EOI), true);
  assert.equal(isPlain({}, 3, [0xff, 0xd7, 3, 0xff], EOI, SOI), true);
  assert.equal(isPlain({}, 3), false);
  assert.equal(isPlain({}, 1, EOI), false);
  assert.equal(isPlain({ marker: 0xc2 }, 3, EOI), false);
  for (const stray of [scan(), SOI, segment(0xfe, [1]), [0xff, 0x02], [0xff, 0xc8], [0xff, 0xf0]]) {
    assert.equal(isPlain({}, 3, stray, EOI), false, String(stray));
  }
});
