import assert from "node:assert/strict";
import { sha256 } from "../../testing/digest.ts";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { judged } from "../../testing/judged_image.ts";
import { JudgingDecoder } from "../../testing/judging_decoder.ts";
import { preprocessorSettings, testNative } from "../../testing/preprocessor_settings.ts";
import { DEFAULT_LIMITS } from "../contract/image_limits.ts";
import { ImageDecoder } from "./image_decoder.ts";
import { OPEN_CLIP } from "../contract/image_options.ts";

const PHOTO = "inputs/rgb_420_640x480.jpg";
const SETTINGS = preprocessorSettings();
const UPRIGHT = { ...OPEN_CLIP, orient: "exif" } as const;
const TURNED = "inputs/exif_6_ii_190x121.jpg";

function exactDecoder(limits = DEFAULT_LIMITS): JudgingDecoder {
  return new JudgingDecoder({ ...SETTINGS, limits });
}

// Equality with Pillow stands in goldens_test.ts.

Deno.test("ImageDecoder.decode() gives the header with the pixels", async () => {
  using decoder = exactDecoder();
  const { header, pixels } = await decoder.decode(readGoldenFile(PHOTO), OPEN_CLIP);
  assert.deepEqual([header.format, header.width, header.height], ["jpeg", 640, 480]);
  assert.deepEqual([pixels.width, pixels.height, pixels.mode], [640, 480, "RGB"]);
});

Deno.test("ImageDecoder.decode() turns a photo only where it is told to", async () => {
  using decoder = exactDecoder();
  const photo = readGoldenFile(TURNED);
  const asIs = await decoder.decode(photo, OPEN_CLIP);
  assert.deepEqual([asIs.pixels.width, asIs.pixels.height], [190, 121]);
  const upright = await decoder.decode(photo, UPRIGHT);
  assert.deepEqual([upright.pixels.width, upright.pixels.height], [121, 190]);
  assert.deepEqual([upright.header.width, upright.header.height], [190, 121]);
});

Deno.test("ImageDecoder.decode() gives the same pixels again after every file that it refuses", async () => {
  using decoder = exactDecoder();
  const photo = readGoldenFile(PHOTO);
  const expected = sha256((await decoder.decode(photo, OPEN_CLIP)).pixels.data);
  const refused = readGoldens().filter(({ name }) =>
    /refused\/damaged_.*(stray|header|cut)/.test(name)
  );
  assert.ok(refused.length > 80);
  for (const { name } of refused) {
    await assert.rejects(decoder.decode(readGoldenFile(name), OPEN_CLIP), {
      name: "Refusal",
    }, name);
    const { pixels } = await decoder.decode(photo, OPEN_CLIP);
    assert.equal(sha256(pixels.data), expected, `after ${name}`);
  }
});

Deno.test("ImageDecoder.decode() holds pixels to their limit, that included", async () => {
  const photo = readGoldenFile(PHOTO);
  using decoder = exactDecoder({ ...DEFAULT_LIMITS, pixelsMax: 640 * 480 - 1 });
  await assert.rejects(decoder.decode(photo, OPEN_CLIP), { code: "image_too_large" });
  using enough = exactDecoder({ ...DEFAULT_LIMITS, pixelsMax: 640 * 480 });
  assert.equal((await enough.decode(photo, OPEN_CLIP)).pixels.width, 640);
});

Deno.test("ImageDecoder.decode() refuses too many scans before it decodes any", async () => {
  using decoder = exactDecoder();
  await assert.rejects(
    decoder.decode(readGoldenFile("refused/limit_1000_scans_4000x4000.jpg"), OPEN_CLIP),
    {
      code: "image_too_large",
      message: "Cannot decode image as its scans must be ≤ 100",
    },
  );
});

testNative(
  "ImageDecoder.decode() accepts a scan without an end where enough follows it",
  async () => {
    using decoder = exactDecoder();
    const decode = (name: string) => decoder.decode(readGoldenFile(name), OPEN_CLIP);
    const { pixels } = await decode("inputs/damaged_baseline_16_zeros_for_eoi.jpg");
    assert.equal(pixels.width, 121);
    await decode("inputs/damaged_arithmetic_6_zeros_for_eoi.jpg");
    const truncated = {
      code: "invalid_image",
      message: "Cannot decode image: the JPEG is truncated",
    };
    await assert.rejects(decode("refused/damaged_baseline_cut_2.jpg"), truncated);
    await assert.rejects(decode("refused/damaged_baseline_6_zeros_for_eoi.jpg"), truncated);
    await assert.rejects(decode("refused/damaged_arithmetic_cut_2.jpg"), truncated);
    await assert.rejects(decode("refused/damaged_progressive_zeros_for_eoi.jpg"), truncated);
  },
);

Deno.test("ImageDecoder.decodeNow() gives the pixels and the refusals of decode() at once", async () => {
  using waiting = new ImageDecoder(SETTINGS);
  using decoder = new ImageDecoder(SETTINGS);
  const damaged = readGoldens().filter(({ name }) => /\/damaged_baseline/.test(name));
  assert.ok(damaged.length > 20, String(damaged.length));
  for (const { name } of damaged) {
    const image = judged(readGoldenFile(name));
    const expected = await waiting.decode(image, UPRIGHT).catch(String);
    assert.deepEqual(valueOf(() => decoder.decodeNow(image, UPRIGHT)), expected, name);
  }
});

Deno.test("ImageDecoder.decodeNow() leaves other formats to decode()", () => {
  using decoder = new ImageDecoder(SETTINGS);
  const png = judged(readGoldenFile("other/png_palette_97x61.png"));
  assert.equal(decoder.decodeNow(png, OPEN_CLIP), undefined);
});

function valueOf(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (thrown) {
    return String(thrown);
  }
}
