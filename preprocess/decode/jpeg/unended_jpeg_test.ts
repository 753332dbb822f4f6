/** Files cut short, padded, or with their restart markers disturbed, held to Pillow's verdicts and pixels. */
import assert from "node:assert/strict";
import { sha256 } from "../../../testing/digest.ts";
import { makeCut, readCuts, readGoldenFile } from "../../../testing/goldens/read_goldens.ts";
import { JudgingDecoder } from "../../../testing/judging_decoder.ts";
import { preprocessorSettings, testNative } from "../../../testing/preprocessor_settings.ts";
import { type ImageOptions, OPEN_CLIP } from "../../contract/image_options.ts";
import { Refusal } from "../../contract/refusal.ts";
import { ResizeKernel } from "../../kernel/simd_resize.ts";

const SETTINGS = preprocessorSettings();
const FAST: ImageOptions = { ...OPEN_CLIP, decode: "fast" };

/**
 * Of 454 that Pillow accepts, those refused here, by the file they are made from: arithmetic, lossless, and without
 * tables of their own. Codes of these kinds are not followed; of what libturbojpeg says, the first warning alone is heard.
 */
const REFUSED_HERE: Readonly<Record<string, number>> = {
  "inputs/lossless_gray_restart_61x47.jpg": 10,
  "inputs/lossless_rgb_predictor_1_61x47.jpg": 11,
  "inputs/rgb_420_arithmetic_245x163.jpg": 4,
  "inputs/rgb_420_arithmetic_restart_2b_245x163.jpg": 2,
  "inputs/ycc_no_huffman_tables_151x233.jpg": 14,
};

/** The portable decoder does not tell what libjpeg warns of, so that of these kinds no file without an end is taken; nor CMYK. */
const REFUSED_WITHOUT_LIBRARY: Readonly<Record<string, number>> = {
  "inputs/cmyk_adobe0_211x157.jpg": 29,
  "inputs/lossless_gray_restart_61x47.jpg": 14,
  "inputs/lossless_rgb_predictor_1_61x47.jpg": 16,
  "inputs/rgb_420_arithmetic_245x163.jpg": 10,
  "inputs/rgb_420_arithmetic_restart_2b_245x163.jpg": 11,
  "inputs/ycc_no_huffman_tables_151x233.jpg": 17,
};

interface Differences {
  /** What Pillow refuses, or sees otherwise. */
  readonly wrong: string[];
  /** How many are refused here only, by the file they are made from. */
  readonly refused: Record<string, number>;
}

async function differences(
  decoder: JudgingDecoder,
  options: ImageOptions,
  isPixel: (pillow: string, data: Uint8Array) => boolean,
): Promise<Differences> {
  const wrong: string[] = [];
  const refused: Record<string, number> = {};
  for (const { name, recipes } of readCuts()) {
    const file = readGoldenFile(name);
    for (const [recipe, pillow] of Object.entries(recipes)) {
      const isRefused = pillow === "truncated" || pillow === "broken";
      try {
        const { pixels } = await decoder.decode(makeCut(file, recipe), options);
        if (isRefused || !isPixel(pillow, pixels.data)) wrong.push(`${name}: ${recipe}`);
      } catch (error) {
        assert.ok(error instanceof Refusal, `${name}: ${recipe}: ${error}`);
        if (!isRefused) refused[name] = (refused[name] ?? 0) + 1;
      }
    }
  }
  return { wrong, refused };
}

testNative(
  "ImageDecoder.decode() refuses the cut and padded files that Pillow refuses, and no others",
  async () => {
    using decoder = new JudgingDecoder(SETTINGS);
    const isPixel = (pillow: string, data: Uint8Array) => sha256(data).startsWith(pillow);
    assert.deepEqual(await differences(decoder, OPEN_CLIP, isPixel), {
      wrong: [],
      refused: REFUSED_HERE,
    });
  },
);

for (
  const [what, options, fastSideMin] of [
    ["that knows the crop", OPEN_CLIP, SETTINGS.fastSideMin],
    ["in fast mode", FAST, 8],
  ] as const
) {
  testNative(`ImageDecoder.decode() ${what} refuses the same cut and padded files`, async () => {
    const kernel = new ResizeKernel(SETTINGS.preprocess);
    using decoder = new JudgingDecoder({ ...SETTINGS, fastSideMin }, kernel);
    assert.deepEqual(await differences(decoder, options, () => true), {
      wrong: [],
      refused: REFUSED_HERE,
    });
  });
}

Deno.test("ImageDecoder.decode() without libturbojpeg refuses every cut and padded file that Pillow refuses, and few others", async () => {
  using decoder = new JudgingDecoder({ ...SETTINGS, turboJpegPath: undefined });
  assert.deepEqual(await differences(decoder, OPEN_CLIP, () => true), {
    wrong: [],
    refused: REFUSED_WITHOUT_LIBRARY,
  });
});
