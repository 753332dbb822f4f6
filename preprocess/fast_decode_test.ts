/** Fast decoding, from bytes to crops. Equality with Pillow's `Image.draft` stands in goldens_test.ts. */
import assert from "node:assert/strict";
import { sha256 } from "../testing/digest.ts";
import { readGoldenFile, readGoldens } from "../testing/goldens/read_goldens.ts";
import { JpegVariants } from "../testing/jpeg_variants.ts";
import { JudgingDecoder } from "../testing/judging_decoder.ts";
import { preprocessorSettings, testNative } from "../testing/preprocessor_settings.ts";
import { DEFAULT_LIMITS } from "./contract/image_limits.ts";
import { Refusal } from "./contract/refusal.ts";
import { type ImageOptions, OPEN_CLIP } from "./contract/image_options.ts";
import { ResizeKernel } from "./kernel/simd_resize.ts";
import { Preprocessor } from "./preprocessor.ts";

const FAST: ImageOptions = { ...OPEN_CLIP, decode: "fast" };
const LARGE = "inputs/rgb_420_4000x3000.jpg";
const SETTINGS = preprocessorSettings();
/** Scales as far as there are pixels. */
const SMALLEST = { ...SETTINGS, fastSideMin: 1 };

function goldenNames(pattern: RegExp): string[] {
  return readGoldens().map(({ name }) => name).filter((name) => pattern.test(name));
}

testNative(
  "ImageDecoder.decode() divides the sides, rounded up, and reports the photo's own",
  async () => {
    using decoder = new JudgingDecoder(SETTINGS);
    const { header, pixels } = await decoder.decode(readGoldenFile(LARGE), FAST);
    assert.deepEqual([header.width, header.height], [4000, 3000]);
    assert.deepEqual([pixels.width, pixels.height], [1000, 750]);
    using odd = new JudgingDecoder({ ...SETTINGS, fastSideMin: 80 });
    const { pixels: rest } = await odd.decode(readGoldenFile("inputs/rgb_420_257x171.jpg"), FAST);
    assert.deepEqual([rest.width, rest.height], [129, 86]);
  },
);

testNative("ImageDecoder.decode() turns a photo that it scaled", async () => {
  using decoder = new JudgingDecoder({ ...SETTINGS, fastSideMin: 40 });
  const photo = readGoldenFile("inputs/exif_6_ii_190x121.jpg");
  const { pixels } = await decoder.decode(photo, { ...FAST, orient: "exif" });
  assert.deepEqual([pixels.width, pixels.height], [61, 95]);
  assert.deepEqual(pixels.extent, { x: 0.5, y: 0, width: 60.5, height: 95 });
});

testNative(
  "Preprocessor.preprocess() in fast mode gives the exact crop of what cannot be scaled",
  async () => {
    const names = [
      ...goldenNames(/^inputs\/lossless_/),
      ...goldenNames(/^other\/(png_rgb|gif|tiff_gray_97|tiff_rgb_9x5)/),
      "inputs/rgb_420_4000x3000.jpg",
      "inputs/gray_progressive_267x301.jpg",
    ];
    assert.ok(names.length >= 14);
    for (const name of names) {
      const isScalable = name.startsWith("inputs/rgb") || name.startsWith("inputs/gray");
      // Those that could be scaled are too small here.
      using preprocessor = new Preprocessor(
        isScalable ? { ...SETTINGS, fastSideMin: 2000 } : SMALLEST,
      );
      const photo = readGoldenFile(name);
      const exact = sha256((await preprocessor.preprocess(photo, OPEN_CLIP)).crop);
      assert.equal(sha256((await preprocessor.preprocess(photo, FAST)).crop), exact, name);
    }
  },
);

async function outcome(
  decoder: JudgingDecoder,
  bytes: Uint8Array<ArrayBuffer>,
  options: ImageOptions,
) {
  try {
    const { pixels } = await decoder.decode(bytes, options);
    const { width, height, mode, extent, data } = pixels;
    return options.decode === "fast"
      ? { width, height, mode, extent, data: sha256(data) }
      : "decoded";
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return `${thrown.code}: ${thrown.message}`;
  }
}

Deno.test("ImageDecoder.decode() in fast mode refuses what it refuses in exact mode, for the same reason", async () => {
  using decoder = new JudgingDecoder(SMALLEST, new ResizeKernel(SETTINGS.preprocess));
  const names = goldenNames(/^(refused\/|inputs\/damaged_)/);
  assert.ok(names.length >= 300);
  for (const name of names) {
    const exact = await outcome(decoder, readGoldenFile(name), OPEN_CLIP);
    const fast = await outcome(decoder, readGoldenFile(name), FAST);
    assert.equal(typeof fast === "string" ? fast : "decoded", exact, name);
  }
});

testNative(
  "ImageDecoder.decode() in fast mode gives what libturbojpeg alone gives, whatever the damage",
  async () => {
    using variants = new JpegVariants(6);
    using alone = new JudgingDecoder(SMALLEST);
    let used = 0;
    let isTried = false;
    const kernel = new ResizeKernel(SETTINGS.preprocess);
    using both = new JudgingDecoder(SMALLEST, {
      // For libturbojpeg, where the kernel decoded nothing.
      input: (shape) => {
        isTried = false;
        return kernel.input(shape);
      },
      window: ({ width, height }) => ({ x: 0, y: 0, width, height }),
      workspace: (shape, byteLength) => {
        isTried = true;
        return kernel.workspace(shape, byteLength);
      },
    });
    for (let count = 0; count < 400; count++) {
      const { name, bytes } = variants.next(["4:4:4", "4:2:2", "4:2:0", "4:4:0", "4:1:1", "gray"]);
      for (const file of [bytes, variants.damage(bytes)]) {
        isTried = false;
        const result = await outcome(both, file, FAST);
        assert.deepEqual(result, await outcome(alone, file, FAST), name);
        used += Number(isTried && typeof result !== "string");
      }
    }
    assert.ok(used > 200, `${used}`);
  },
);

Deno.test("ImageDecoder.decode() in fast mode holds the photo's own pixels and scans to their limits", async () => {
  const limits = { ...DEFAULT_LIMITS, pixelsMax: 4000 * 3000 - 1 };
  using decoder = new JudgingDecoder({ ...SETTINGS, limits });
  await assert.rejects(decoder.decode(readGoldenFile(LARGE), FAST), { code: "image_too_large" });
  using few = new JudgingDecoder({ ...SMALLEST, limits: { ...DEFAULT_LIMITS, scansMax: 10 } });
  const scans = readGoldenFile("inputs/gray_progressive_64_scans_131x97.jpg");
  await assert.rejects(few.decode(scans, FAST), { code: "image_too_large" });
});

function difference(left: Uint8Array, right: Uint8Array): { mean: number; max: number } {
  const levels = left.map((level, index) => Math.abs(level - (right[index] as number)));
  return {
    mean: levels.reduce((sum, level) => sum + level, 0) / levels.length,
    max: levels.reduce((max, level) => Math.max(max, level), 0),
  };
}

Deno.test("Preprocessor.preprocess() in fast mode stays near the exact crop of photographs", async () => {
  // The samples are small photos, so the model is small here: twice its size is left, as by default.
  const preprocess = { ...SETTINGS.preprocess, size: 60 };
  using preprocessor = new Preprocessor({ ...SETTINGS, preprocess, fastSideMin: 120 });
  for (const name of ["astronaut", "cat", "coffee", "dahlia", "galaxies", "pavilion", "retina"]) {
    const photo = await Deno.readFile(`testing/photos/${name}.jpg`);
    const exact = await preprocessor.preprocess(photo, OPEN_CLIP);
    const fast = await preprocessor.preprocess(photo, FAST);
    const { mean, max } = difference(exact.crop, fast.crop);
    assert.ok(mean > 0, `${name} was not scaled`);
    // A crop that is shifted by one pixel is some 6 levels off, one of other colours more.
    assert.ok(mean < 1, `${name}: mean ${mean}, max ${max}`);
  }
});
