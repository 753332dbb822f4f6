/** The portable JPEG decoder held to Pillow: what is promised without libturbojpeg, and each file that comes out otherwise. */
import assert from "node:assert/strict";
import { sha256 } from "../testing/digest.ts";
import { type GoldenEntry, readGoldenFile, readGoldens } from "../testing/goldens/read_goldens.ts";
import { JudgingDecoder } from "../testing/judging_decoder.ts";
import { preprocessorSettings } from "../testing/preprocessor_settings.ts";
import { DEFAULT_FAST_SCALE_MIN } from "./contract/image_limits.ts";
import { type ImageOptions, OPEN_CLIP } from "./contract/image_options.ts";
import { Refusal } from "./contract/refusal.ts";
import { ResizeKernel } from "./kernel/simd_resize.ts";
import { Preprocessor } from "./preprocessor.ts";

const SETTINGS = { ...preprocessorSettings(), turboJpegPath: undefined };
const JPEGS = readGoldens().filter(({ name }) => name.startsWith("inputs/"));
const UNDAMAGED = JPEGS.filter(({ name }) => !name.includes("/damaged_"));
const DAMAGED = JPEGS.filter(({ name }) => name.includes("/damaged_"));

/** Answered 422 `unsupported_image`: the TurboJPEG API, which is all that the codec has, cannot name them. */
const UNNAMED_SUBSAMPLING =
  /^inputs\/rgb_(?:1x3|24|3x1|3x2|410|luma1x1_chroma(?:1x2|2x1|2x2)|luma1x2_chroma2x1|mixed_\w+)_(?:257x171|38x45)\.jpg$/;

const OUT_OF_RANGE =
  "coefficients that only damage makes: libjpeg's plain code clips them otherwise than its SIMD code";
const DAMAGED_DIFFERS: Readonly<Record<string, string>> = {
  "inputs/damaged_arithmetic_flip_35_bit_4.jpg": OUT_OF_RANGE,
  "inputs/damaged_arithmetic_flip_5_bit_0.jpg": OUT_OF_RANGE,
  "inputs/damaged_arithmetic_stray_com.jpg": OUT_OF_RANGE,
  "inputs/damaged_arithmetic_stray_ff01.jpg": OUT_OF_RANGE,
  "inputs/damaged_arithmetic_stray_ffd0.jpg": OUT_OF_RANGE,
  "inputs/damaged_arithmetic_stray_ffe0.jpg": OUT_OF_RANGE,
  "inputs/damaged_arithmetic_stray_fffe.jpg": OUT_OF_RANGE,
  "inputs/damaged_baseline_extra_30_bytes.jpg": OUT_OF_RANGE,
  "inputs/damaged_baseline_flip_20_bit_6.jpg": OUT_OF_RANGE,
  "inputs/damaged_baseline_flip_5_bit_0.jpg": OUT_OF_RANGE,
  "inputs/damaged_header_sampling_declared_444.jpg": OUT_OF_RANGE,
  "inputs/damaged_restart_dri_left_out.jpg": OUT_OF_RANGE,
  "inputs/damaged_restart_flip_50_bit_2.jpg": OUT_OF_RANGE,
  "inputs/damaged_scans_flip_5_bit_0.jpg": OUT_OF_RANGE,
};

const UNTOLD = "no end marks it, and the codec does not tell how much of it was left";
const DAMAGED_REFUSED: Readonly<Record<string, string>> = {
  "inputs/damaged_arithmetic_16_zeros_for_eoi.jpg": UNTOLD,
  "inputs/damaged_arithmetic_1_zeros_for_eoi.jpg": UNTOLD,
  "inputs/damaged_arithmetic_6_zeros_for_eoi.jpg": UNTOLD,
  "inputs/damaged_arithmetic_7_zeros_for_eoi.jpg": UNTOLD,
  "inputs/damaged_arithmetic_garbage_for_eoi.jpg": UNTOLD,
  "inputs/damaged_arithmetic_zeros_for_eoi.jpg": UNTOLD,
  "inputs/damaged_cmyk_adobe_cut_short.jpg": "CMYK",
  "inputs/damaged_cmyk_early_eoi.jpg": "CMYK",
  "inputs/damaged_header_tables_apart.jpg": "refused with libturbojpeg, too",
};

function isTaken({ name, mode }: GoldenEntry): boolean {
  return mode !== "CMYK" && !UNNAMED_SUBSAMPLING.test(name);
}

type Outcome = "same" | "different" | Refusal;

/** What becomes of each entry, by name. */
async function outcomes(
  entries: readonly GoldenEntry[],
  isSame: (entry: GoldenEntry, bytes: Uint8Array<ArrayBuffer>) => Promise<boolean>,
): Promise<ReadonlyMap<string, Outcome>> {
  const found = new Map<string, Outcome>();
  for (const entry of entries) {
    try {
      const same = await isSame(entry, readGoldenFile(entry.name));
      found.set(entry.name, same ? "same" : "different");
    } catch (thrown) {
      assert.ok(thrown instanceof Refusal, `${entry.name}: ${thrown}`);
      found.set(entry.name, thrown);
    }
  }
  return found;
}

function namesOf(found: ReadonlyMap<string, Outcome>, ...wanted: Outcome[]): string[] {
  return [...found].filter(([, outcome]) => wanted.includes(outcome)).map(([name]) => name);
}

function refusedNames(found: ReadonlyMap<string, Outcome>): string[] {
  return [...found].filter(([, outcome]) => outcome instanceof Refusal).map(([name]) => name);
}

Deno.test("the portable decoder gives Pillow's pixels and crop of every undamaged gray and RGB JPEG", async () => {
  const entries = UNDAMAGED.filter(isTaken);
  assert.ok(entries.length >= 167, String(entries.length));
  using decoder = new JudgingDecoder(SETTINGS);
  using preprocessor = new Preprocessor(SETTINGS);
  const found = await outcomes(entries, async (entry, bytes) => {
    const { pixels } = await decoder.decode(bytes, OPEN_CLIP);
    const { crop } = await preprocessor.preprocess(bytes, OPEN_CLIP);
    return sha256(pixels.data) === entry.pixels && sha256(crop) === entry.u8;
  });
  assert.deepEqual([namesOf(found, "different"), refusedNames(found)], [[], []]);
});

Deno.test("the portable decoder refuses CMYK and subsamplings without a name, and says what to do instead", async () => {
  const entries = UNDAMAGED.filter((entry) => !isTaken(entry));
  assert.equal(entries.length, 15 + 28);
  using preprocessor = new Preprocessor(SETTINGS);
  const found = await outcomes(entries, async (_, bytes) => {
    await preprocessor.preprocess(bytes, OPEN_CLIP);
    return true;
  });
  for (const [name, outcome] of found) {
    assert.ok(outcome instanceof Refusal, name);
    assert.equal(outcome.code, "unsupported_image", name);
    const [what, instead] = UNNAMED_SUBSAMPLING.test(name)
      ? ["this chroma subsampling", "4:4:4 or 4:2:0"]
      : ["CMYK or YCCK", "RGB"];
    assert.equal(
      outcome.message,
      `Cannot decode image: JPEGs of ${what} need libturbojpeg, which is not in use here: save it as ${instead}`,
    );
  }
});

Deno.test("the portable decoder gives Pillow's pixels of most damaged JPEGs, another rendering of some, and refuses few", async () => {
  using decoder = new JudgingDecoder(SETTINGS);
  const found = await outcomes(DAMAGED, async ({ pixels }, bytes) => {
    const image = await decoder.decode(bytes, OPEN_CLIP);
    return sha256(image.pixels.data) === pixels;
  });
  assert.deepEqual(namesOf(found, "different").sort(), Object.keys(DAMAGED_DIFFERS));
  assert.deepEqual(refusedNames(found).sort(), Object.keys(DAMAGED_REFUSED));
});

Deno.test("the portable decoder refuses everything that Pillow refuses", async () => {
  const entries = readGoldens().filter(({ name }) => name.startsWith("refused/"));
  using decoder = new JudgingDecoder(SETTINGS);
  using withKernel = new JudgingDecoder(SETTINGS, new ResizeKernel(SETTINGS.preprocess));
  for (const each of [decoder, withKernel]) {
    const found = await outcomes(entries, async (_, bytes) => {
      await each.decode(bytes, OPEN_CLIP);
      return true;
    });
    assert.deepEqual(namesOf(found, "same"), []);
  }
});

Deno.test("the portable decoder turns photos as Pillow's exif_transpose does", async () => {
  // Where the orientation is read from is nothing to the decoder.
  const entries = UNDAMAGED.filter((entry) =>
    entry.u8_exif !== undefined && isTaken(entry) && !entry.name.includes("xmp")
  );
  assert.ok(entries.length >= 18);
  using preprocessor = new Preprocessor(SETTINGS);
  const upright: ImageOptions = { ...OPEN_CLIP, orient: "exif" };
  const found = await outcomes(
    entries,
    async ({ u8_exif }, bytes) =>
      sha256((await preprocessor.preprocess(bytes, upright)).crop) === u8_exif,
  );
  assert.deepEqual([namesOf(found, "different"), refusedNames(found)], [[], []]);
});

Deno.test("fast mode without libturbojpeg gives Pillow's draft of what the kernel scales, and else the exact crop", async () => {
  const size = 32;
  const entries = UNDAMAGED.filter((entry) => entry.u8_draft !== undefined && isTaken(entry));
  using preprocessor = new Preprocessor({
    ...SETTINGS,
    preprocess: { ...SETTINGS.preprocess, size },
    fastSideMin: DEFAULT_FAST_SCALE_MIN * size,
  });
  const whole: string[] = [];
  for (const { name, u8_draft } of entries) {
    const bytes = readGoldenFile(name);
    const crop = async (options: ImageOptions) =>
      sha256((await preprocessor.preprocess(bytes, options)).crop);
    const fast = await crop({ ...OPEN_CLIP, decode: "fast" });
    if (fast === u8_draft) continue;
    assert.equal(fast, await crop(OPEN_CLIP), name);
    whole.push(name);
  }
  assert.ok(whole.length > 0 && whole.length < entries.length / 2, String(whole.length));
});
