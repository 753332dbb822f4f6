/** Decoding only what the crop needs, held to decoding everything. */
import assert from "node:assert/strict";
import { sha256 } from "../testing/digest.ts";
import fc from "../testing/fast_check.ts";
import { readGoldenFile, readGoldens } from "../testing/goldens/read_goldens.ts";
import { JpegEncoder, type JpegVariant } from "../testing/jpeg_encoder.ts";
import { JpegVariants } from "../testing/jpeg_variants.ts";
import { judged } from "../testing/judged_image.ts";
import { preprocessorSettings, testNative } from "../testing/preprocessor_settings.ts";
import { casePixels } from "../testing/resize_cases.ts";
import { type ImageOptions, OPEN_CLIP } from "./contract/image_options.ts";
import type { PixelImage } from "./contract/pixels.ts";
import type { PillowVersion } from "./contract/preprocess_spec.ts";
import { Refusal } from "./contract/refusal.ts";
import { ImageDecoder } from "./decode/image_decoder.ts";
import { ResizeKernel } from "./kernel/simd_resize.ts";

const SETTINGS = preprocessorSettings();
const UPRIGHT: ImageOptions = { ...OPEN_CLIP, orient: "exif" };

/** A decoder that decodes everything and one that knows the crop, each with a kernel of its own. */
class Pair implements Disposable {
  readonly #kernels: readonly [ResizeKernel, ResizeKernel];
  readonly #whole = new ImageDecoder(SETTINGS);
  readonly #cropped: ImageDecoder;
  /** Photos of which only a part was decoded. */
  parts = 0;

  constructor(pillow: PillowVersion = 13) {
    const preprocess = { ...SETTINGS.preprocess, pillow };
    this.#kernels = [new ResizeKernel(preprocess), new ResizeKernel(preprocess)];
    this.#cropped = new ImageDecoder(SETTINGS, this.#kernels[1]);
  }

  /** Fails unless both give the same input, or the same refusal. */
  assertEqual(bytes: Uint8Array<ArrayBuffer>, name: string, options = OPEN_CLIP): void {
    const expected = outcome(this.#kernels[0], () => this.#whole.decodeNow(judged(bytes), options));
    const actual = outcome(this.#kernels[1], () => {
      const pixels = this.#cropped.decodeNow(judged(bytes), options);
      this.parts += Number(pixels?.held !== undefined);
      return pixels;
    });
    assert.equal(actual, expected, name);
  }

  [Symbol.dispose](): void {
    this.#whole[Symbol.dispose]();
    this.#cropped[Symbol.dispose]();
  }
}

/** Digest of the model's input, or the refusal in words. */
function outcome(kernel: ResizeKernel, decode: () => PixelImage | undefined): string {
  try {
    const pixels = decode();
    assert.ok(pixels);
    const { buffer, byteOffset, byteLength } = kernel.normalize(kernel.crop(pixels));
    return sha256(new Uint8Array(buffer, byteOffset, byteLength));
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return `${thrown.code}: ${thrown.message}`;
  }
}

for (const pillow of [12, 13] as const) {
  testNative(
    `A part decoded gives the input of the whole, or its refusal: goldens, Pillow ${pillow}`,
    () => {
      using pair = new Pair(pillow);
      const names = readGoldens().map(({ name }) => name)
        .filter((name) => /^(inputs|refused)\/.*\.jpg$/.test(name));
      assert.ok(names.length > 500, String(names.length));
      for (const name of names) {
        const options = /exif/.test(name) ? UPRIGHT : OPEN_CLIP;
        pair.assertEqual(readGoldenFile(name), name, options);
      }
      assert.ok(pair.parts > 40, String(pair.parts));
    },
  );
}

testNative(
  "A part decoded gives the input of the whole: random sizes, subsamplings, qualities, restarts",
  () => {
    using encoder = new JpegEncoder();
    using pair = new Pair();
    const side = fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 1200 }));
    const files = fc.record({
      width: side,
      height: side,
      quality: fc.integer({ min: 1, max: 100 }),
      subsampling: fc.constantFrom<NonNullable<JpegVariant["subsampling"]>[]>(
        "4:4:4",
        "4:2:2",
        "4:2:0",
        "4:4:0",
        "4:1:1",
        "gray",
      ),
      restartInterval: fc.constantFrom(0, 0, 1, 7, 50),
      pattern: fc.constantFrom("noise" as const, "checkers" as const, "extremes" as const),
      seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    });
    fc.assert(
      fc.property(files, ({ quality, subsampling, restartInterval, ...shape }) => {
        const data = casePixels({ ...shape, mode: "RGB" });
        const bytes = encoder.encode({ ...shape, data }, quality, { subsampling, restartInterval });
        pair.assertEqual(bytes, JSON.stringify(shape));
      }),
      { numRuns: 150 },
    );
    assert.ok(pair.parts > 50, String(pair.parts));
  },
);

testNative(
  "A part decoded gives the input of the whole, or its refusal: whatever the damage",
  () => {
    using variants = new JpegVariants(25);
    using pair = new Pair();
    for (let count = 0; count < 300; count++) {
      const { name, bytes } = variants.next(["4:4:4", "4:2:2", "4:2:0", "4:4:0", "4:1:1", "gray"]);
      pair.assertEqual(bytes, name);
      const damaged = variants.damage(bytes);
      if (isJudged(damaged)) pair.assertEqual(damaged, `${name}, damaged`);
    }
    assert.ok(pair.parts > 200, String(pair.parts));
  },
);

testNative(
  "ImageDecoder.decode() with a kernel leaves out what a 640×480 photo's crop does not need",
  async () => {
    using decoder = new ImageDecoder(SETTINGS, new ResizeKernel(SETTINGS.preprocess));
    const photo = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
    const { width, height, held, data } = await decoder.decode(photo, OPEN_CLIP);
    assert.deepEqual({ width, height, held, bytes: data.length }, {
      width: 640,
      height: 480,
      held: { x: 48, y: 0, width: 544, height: 480 },
      bytes: 544 * 480 * 3,
    });
  },
);

testNative("ImageDecoder.decode() decodes all of a photo that is shown whole", async () => {
  const photo = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
  for (const resize_mode of ["squash", "longest"] as const) {
    const kernel = new ResizeKernel({ ...SETTINGS.preprocess, resize_mode });
    using decoder = new ImageDecoder(SETTINGS, kernel);
    const { held, data } = await decoder.decode(photo, OPEN_CLIP);
    assert.deepEqual([held, data.length], [undefined, 640 * 480 * 3], resize_mode);
  }
});

testNative("ImageDecoder.decode() decodes all of a photo that it is to turn", async () => {
  using decoder = new ImageDecoder(SETTINGS, new ResizeKernel(SETTINGS.preprocess));
  const bytes = readGoldenFile("inputs/exif_6_ii_190x121.jpg");
  const turned = await decoder.decode(judged(bytes), UPRIGHT);
  assert.deepEqual([turned.width, turned.height, turned.held], [121, 190, undefined]);
  assert.notEqual((await decoder.decode(judged(bytes), OPEN_CLIP)).held, undefined);
});

function isJudged(bytes: Uint8Array<ArrayBuffer>): boolean {
  try {
    judged(bytes);
    return true;
  } catch {
    return false;
  }
}
