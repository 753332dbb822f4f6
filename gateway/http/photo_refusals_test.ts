/** The catalogue of errors as clients meet it: every kind of photo, through the real workers. */
import assert from "node:assert/strict";
import { createTestApp } from "../../testing/app_harness.ts";
import { FakeEngine } from "../../testing/fake_engine.ts";
import { testFile } from "../../testing/harness.ts";
import { assertRefused } from "../../testing/refusal.ts";
import { post } from "../../testing/requests.ts";
import type { ErrorCode } from "../contract/catalogue.ts";

const CAT = await testFile("photos/cat.jpg");

/** A file of the goldens as a raw body. */
const golden = async (name: string) => post("image/jpeg", await testFile(`goldens/${name}`));

const PHOTOS: readonly (readonly [string, string, number, ErrorCode, RegExp])[] = [
  ["a text file named .jpg", "refused/foreign_text.jpg", 415, "unsupported_media_type", /no image/],
  ["a page named .jpg", "refused/foreign_html.jpg", 415, "unsupported_media_type", /no image/],
  [
    "HEIC",
    "refused/foreign_stub_heic.heic",
    415,
    "unsupported_media_type",
    /JPEG, PNG, WEBP, GIF, BMP, TIFF: they are HEIC, which has to become JPEG first$/,
  ],
  ["AVIF", "refused/foreign_photo.avif", 415, "unsupported_media_type", /they are AVIF, which/],
  ["a WebP's head", "refused/foreign_stub_webp.webp", 422, "invalid_image", /the WebP is damaged$/],
  [
    "65500×65500 in 141 bytes",
    "refused/limit_65500x65500_header.jpg",
    422,
    "image_too_large",
    /its pixels must be ≤ 25000000: current value is 4290250000$/,
  ],
  [
    "a PNG bomb",
    "refused/limit_60000x60000.png",
    422,
    "image_too_large",
    /current value is 3600000000$/,
  ],
  [
    "a PNG of 100 megapixels",
    "refused/limit_10000x10000.png",
    422,
    "image_too_large",
    /current value is 100000000$/,
  ],
  [
    "a progressive JPEG of 1000 scans",
    "refused/limit_1000_scans_4000x4000.jpg",
    422,
    "image_too_large",
    /its scans must be ≤ 100$/,
  ],
  ["a truncated JPEG", "refused/damaged_baseline_cut_half.jpg", 422, "invalid_image", /truncated/],
  [
    "a truncated progressive JPEG",
    "refused/damaged_progressive_cut_half.jpg",
    422,
    "invalid_image",
    /truncated/,
  ],
  [
    "a truncated PNG",
    "refused/damaged_png_cut_half.png",
    422,
    "invalid_image",
    /Cannot decode image/,
  ],
  [
    "a JPEG of width 0",
    "refused/damaged_header_zero_width.jpg",
    422,
    "invalid_image",
    /width or height is 0/,
  ],
  [
    "a 12-bit JPEG",
    "refused/twelve_bit_rgb.jpg",
    422,
    "unsupported_image",
    /JPEGs of 12-bit samples are not supported$/,
  ],
  [
    "a JPEG of 5 components",
    "refused/damaged_header_five_components.jpg",
    422,
    "unsupported_image",
    /5 components/,
  ],
];

Deno.test("POST /embed refuses bad photos, each by its code", async (t) => {
  await using app = await createTestApp({ engine: new FakeEngine() });
  for (const [what, name, status, code, message] of PHOTOS) {
    await t.step(`${status} for ${what}`, async () => {
      await assertRefused(app, { what, init: await golden(name), status, code, message });
    });
  }
  await t.step("and serves the next good photo with the same worker", async () => {
    assert.equal((await app.request("/embed", post("image/jpeg", CAT))).status, 200);
    assert.equal(app.successes(), 1);
  });
});

Deno.test("POST /embed refuses bombs by their header, before a worker sees them", async () => {
  let jobs = 0;
  const workers = { run: () => Promise.reject(new Error(`job ${++jobs}`)) };
  await using app = await createTestApp({ engine: new FakeEngine(), workers });
  for (const name of ["refused/limit_65500x65500_header.jpg", "refused/limit_60000x60000.png"]) {
    assert.equal((await app.request("/embed", await golden(name))).status, 422);
  }
  assert.equal(jobs, 0);
});

for (const name of ["gray_1x65500", "gray_65500x1", "rgb_444_1x65500", "rgb_420_4000x3000"]) {
  Deno.test(`POST /embed embeds ${name}.jpg`, async () => {
    await using app = await createTestApp();
    const response = await app.request("/embed", await golden(`inputs/${name}.jpg`));
    assert.equal(response.status, 200);
    const { embedding } = await response.json();
    assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-6);
  });
}

for (const name of ["png_rgb_300x260.png", "gif_static_97x61.gif", "tiff_rgb_97x61_lzw.tif"]) {
  Deno.test(`POST /embed embeds ${name}`, async () => {
    await using app = await createTestApp();
    const response = await app.request("/embed", await golden(`other/${name}`));
    assert.equal(response.status, 200);
    assert.equal(app.telemetry.images[0]?.format, name.slice(0, name.indexOf("_")));
  });
}
