import assert from "node:assert/strict";
import { sha256 } from "../testing/digest.ts";
import { type GoldenEntry, readGoldenFile, readGoldens } from "../testing/goldens/read_goldens.ts";
import { JudgingDecoder } from "../testing/judging_decoder.ts";
import { preprocessorSettings, testNative } from "../testing/preprocessor_settings.ts";
import { DEFAULT_FAST_SCALE_MIN } from "./contract/image_limits.ts";
import { Refusal } from "./contract/refusal.ts";
import { type ImageOptions, OPEN_CLIP } from "./contract/image_options.ts";
import { ResizeKernel } from "./kernel/simd_resize.ts";
import { Preprocessor } from "./preprocessor.ts";
import type { PillowVersion } from "./contract/preprocess_spec.ts";

const GOLDENS = readGoldens();

/** Files by name, and why the gateway differs from Pillow there. A difference that vanishes fails its test. */
type KnownDifferences = Readonly<Record<string, string>>;

const REFUSED_HERE: KnownDifferences = {
  "inputs/damaged_header_tables_apart.jpg":
    "tables and picture are two streams in one file, of which libturbojpeg reads the first",
};

function underFolder(folder: string): GoldenEntry[] {
  return GOLDENS.filter(({ name }) => name.startsWith(`${folder}/`));
}

/** Names of the entries for which `matches` is false, refusals included. */
async function differing(
  entries: readonly GoldenEntry[],
  matches: (entry: GoldenEntry, bytes: Uint8Array<ArrayBuffer>) => Promise<boolean>,
): Promise<string[]> {
  const names: string[] = [];
  for (const entry of entries) {
    const isEqual = await matches(entry, readGoldenFile(entry.name)).catch((error) => {
      assert.ok(error instanceof Refusal, `${entry.name}: ${error}`);
      return false;
    });
    if (!isEqual) names.push(entry.name);
  }
  return names;
}

/** Names of the entries whose crop has another digest than the given field says. */
async function croppedOtherwise(
  entries: readonly GoldenEntry[],
  expected: (entry: GoldenEntry) => string | undefined,
  settings: {
    readonly pillow?: PillowVersion;
    readonly options?: ImageOptions;
    readonly size?: number;
  } = {},
): Promise<string[]> {
  const { pillow = 13, options = OPEN_CLIP, size = 224 } = settings;
  const defaults = preprocessorSettings();
  const preprocess = { ...defaults.preprocess, pillow, size };
  const fastSideMin = DEFAULT_FAST_SCALE_MIN * size;
  using preprocessor = new Preprocessor({ ...defaults, preprocess, fastSideMin });
  return await differing(entries, async (entry, bytes) => {
    const { crop } = await preprocessor.preprocess(bytes, options);
    return sha256(crop) === expected(entry);
  });
}

testNative(
  "Preprocessor.preprocess() gives Pillow 13's crop of every JPEG, byte for byte",
  async () => {
    const entries = underFolder("inputs");
    assert.ok(entries.length >= 347);
    const names = await croppedOtherwise(entries, ({ u8 }) => u8);
    assert.deepEqual(names, Object.keys(REFUSED_HERE).sort());
  },
);

testNative(
  "Preprocessor.preprocess() gives Pillow 12's crop where the manifest asks for it",
  async () => {
    const entries = underFolder("inputs");
    const names = await croppedOtherwise(entries, ({ u8_pillow12 }) => u8_pillow12, { pillow: 12 });
    assert.deepEqual(names, Object.keys(REFUSED_HERE).sort());
    const apart = entries.filter((entry) => entry.u8 !== entry.u8_pillow12);
    assert.ok(apart.length > 0, "no input tells Pillow 12 from 13");
  },
);

Deno.test("Preprocessor.preprocess() turns every photo as Pillow's exif_transpose does", async () => {
  const entries = underFolder("inputs").filter(({ u8_exif }) => u8_exif !== undefined);
  assert.ok(entries.length >= 20);
  const names = await croppedOtherwise(entries, ({ u8_exif }) => u8_exif, {
    options: { ...OPEN_CLIP, orient: "exif" },
  });
  assert.deepEqual(names, []);
});

testNative(
  "Preprocessor.normalize() gives torchvision's tensor of every JPEG, bit for bit",
  async () => {
    using preprocessor = new Preprocessor(preprocessorSettings());
    const names = await differing(underFolder("inputs"), async (entry, bytes) => {
      const { crop, width, height, format } = await preprocessor.preprocess(bytes, OPEN_CLIP);
      assert.deepEqual([width, height, format], [entry.width, entry.height, "jpeg"], entry.name);
      return sha256(preprocessor.normalize(crop)) === entry.f32;
    });
    assert.deepEqual(names, Object.keys(REFUSED_HERE).sort());
  },
);

testNative("ImageDecoder.decode() gives Pillow's pixels of every JPEG, byte for byte", async () => {
  using decoder = new JudgingDecoder(preprocessorSettings());
  const names = await differing(underFolder("inputs"), async (entry, bytes) => {
    const { pixels } = await decoder.decode(bytes, OPEN_CLIP);
    return sha256(pixels.data) === entry.pixels;
  });
  assert.deepEqual(names, Object.keys(REFUSED_HERE).sort());
});

testNative(
  "ImageDecoder.decode() in fast mode gives the pixels of Pillow's draft, byte for byte",
  async () => {
    const entries = underFolder("inputs").filter(({ scaled }) => scaled !== undefined);
    assert.ok(entries.length >= 334);
    const defaults = preprocessorSettings();
    const kernel = new ResizeKernel(defaults.preprocess);
    const names = await differing(entries, async ({ scaled, width = 0, height = 0 }, bytes) => {
      const pixels: Uint8Array[] = [];
      for (const denominator of [2, 4, 8]) {
        const fastSideMin = Math.min(width, height) / denominator;
        using decoder = new JudgingDecoder({ ...defaults, fastSideMin }, kernel);
        const { data } = (await decoder.decode(bytes, { ...OPEN_CLIP, decode: "fast" })).pixels;
        pixels.push(data.slice());
      }
      return sha256(new Uint8Array(await new Blob(pixels as BlobPart[]).arrayBuffer())) === scaled;
    });
    assert.deepEqual(names, Object.keys(REFUSED_HERE).sort());
  },
);

testNative(
  "Preprocessor.preprocess() in fast mode gives the crop of Pillow's draft of twice its size",
  async () => {
    const entries = underFolder("inputs").filter(({ u8_draft }) => u8_draft !== undefined);
    assert.ok(entries.length >= 122);
    const options = { ...OPEN_CLIP, decode: "fast" } as const;
    const names = await croppedOtherwise(entries, ({ u8_draft }) => u8_draft, {
      options,
      size: 32,
    });
    assert.deepEqual(names, []);
  },
);

Deno.test("Preprocessor.preprocess() refuses what Pillow refuses, and what crosses a limit", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const accepted: string[] = [];
  for (const { name } of underFolder("refused")) {
    const reply = preprocessor.preprocess(readGoldenFile(name), OPEN_CLIP);
    await reply.then(() => accepted.push(name), (error) => {
      assert.ok(error instanceof Refusal, `${name}: ${error}`);
    });
  }
  assert.deepEqual(accepted, []);
});

Deno.test("Preprocessor.preprocess() names what is wrong by kind", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const codes: Record<string, string> = {
    "foreign_empty.jpg": "invalid_body",
    "foreign_stub_webp.webp": "invalid_image",
    "foreign_photo.avif": "unsupported_media_type",
    "foreign_stub_heic.heic": "unsupported_media_type",
    "foreign_svg.jpg": "unsupported_media_type",
    "foreign_stub_png.png": "invalid_image",
    "limit_10000x10000.png": "image_too_large",
    "limit_60000x60000.png": "image_too_large",
    "limit_1000_scans_64x64.jpg": "image_too_large",
    "limit_65500x65500_header.jpg": "image_too_large",
    "damaged_baseline_cut_half.jpg": "invalid_image",
    "damaged_png_cut_half.png": "invalid_image",
    "damaged_header_two_components.jpg": "unsupported_image",
    "twelve_bit_rgb.jpg": "unsupported_image",
  };
  for (const [name, code] of Object.entries(codes)) {
    const reply = preprocessor.preprocess(readGoldenFile(`refused/${name}`), OPEN_CLIP);
    await assert.rejects(reply, { name: "Refusal", code }, name);
  }
});

Deno.test("Preprocessor.preprocess() gives Pillow's crop of every PNG, GIF and TIFF, byte for byte", async () => {
  const entries = underFolder("other");
  assert.ok(entries.length >= 25);
  assert.deepEqual(await croppedOtherwise(entries, ({ u8 }) => u8), []);
});
