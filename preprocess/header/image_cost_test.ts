import assert from "node:assert/strict";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { judged } from "../../testing/judged_image.ts";
import { imageCostMs } from "./image_cost.ts";

const cost = (name: string) => imageCostMs(judged(readGoldenFile(name)));

Deno.test("imageCostMs() grows with pixels and with bytes", () => {
  const image = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
  const { bytes, header } = image;
  const padded = new Uint8Array(bytes.length + 2 ** 20);
  padded.set(bytes);
  assert.ok(imageCostMs({ bytes: padded, header }) > imageCostMs(image) + 1);
  const larger = { ...header, width: header.width * 2 };
  assert.ok(imageCostMs({ bytes, header: larger }) > imageCostMs(image) * 1.5);
});

Deno.test("imageCostMs() is known of every sequential JPEG in one scan, whatever its colours", () => {
  const goldens = readGoldens().filter(({ name, f32, coding }) =>
    /^inputs\/(?!damaged)/.test(name) && f32 !== undefined && coding?.startsWith("baseline")
  );
  const known = goldens.filter(({ name }) => Number.isFinite(cost(name)));
  assert.ok(known.length > 50, String(known.length));
});

for (
  const name of [
    "inputs/cmyk_adobe0_progressive_211x157.jpg",
    "inputs/damaged_progressive_scans_dc_only.jpg",
    "other/png_palette_97x61.png",
  ]
) {
  Deno.test(`imageCostMs() is not known of ${name}: its pixels do not bound it`, () => {
    assert.equal(cost(name), Infinity);
  });
}
