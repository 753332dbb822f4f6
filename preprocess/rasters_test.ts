import assert from "node:assert/strict";
import { sha256 } from "../testing/digest.ts";
import { RASTER_SIDE, type RasterGolden, readRasters } from "../testing/goldens/read_rasters.ts";
import { preprocessorSettings } from "../testing/preprocessor_settings.ts";
import { type ImageOptions, OPEN_CLIP } from "./contract/image_options.ts";
import { Refusal } from "./contract/refusal.ts";
import { Preprocessor } from "./preprocessor.ts";

/** What is known of a format's files. */
interface Format {
  readonly count: number;
  /** Those that come out otherwise than Pillow's, each with its reason. */
  readonly differ: Readonly<Record<string, string>>;
  /** Those that are refused without libturbojpeg as well. */
  readonly native?: readonly string[];
}

const FORMATS: Readonly<Record<string, Format>> = {
  png: { count: 399, differ: {} },
  bmp: {
    count: 280,
    differ: { dib_alone: "a picture without a file's head is known by no magic" },
  },
  gif: {
    count: 197,
    differ: {
      local_ramp_over_global_64x64:
        "Pillow cannot resize it, but shows it where it need not, in the colours of the other palette",
    },
  },
  tiff: {
    count: 300,
    differ: {
      lab8: "CIE L*a*b* is refused",
      jpeg_progressive: "JPEGs in several passes are refused where they are a TIFF's strips",
      orientation_in_xmp: "Pillow cannot resize what its XMP turns while it is loaded",
      orientation_in_xmp_deflate: "Pillow cannot resize what its XMP turns while it is loaded",
    },
    native: ["jpeg_cmyk", "jpeg_cmyk_strips"],
  },
  webp: { count: 230, differ: {} },
};

/** Pillow's digest, or `undefined` for a refusal. */
async function cropDigest(
  preprocessor: Preprocessor,
  { name, file }: RasterGolden,
  orient: ImageOptions["orient"],
): Promise<string | undefined> {
  try {
    const { crop } = await preprocessor.preprocess(file, { ...OPEN_CLIP, orient });
    return sha256(crop);
  } catch (error) {
    assert.ok(error instanceof Refusal, `${name}: ${error}`);
    return undefined;
  }
}

for (const [format, { count, differ, native = [] }] of Object.entries(FORMATS)) {
  Deno.test(`Preprocessor.preprocess() gives Pillow's crop of every kind of ${format}, turned or not, byte for byte`, async () => {
    const settings = preprocessorSettings();
    const preprocess = { ...settings.preprocess, size: RASTER_SIDE };
    using preprocessor = new Preprocessor({ ...settings, preprocess });
    const goldens = readRasters(format);
    assert.ok(goldens.length >= count, String(goldens.length));
    const names: string[] = [];
    for (const golden of goldens) {
      const { name, u8, u8_exif = u8 } = golden;
      if (await cropDigest(preprocessor, golden, "none") !== u8) names.push(name);
      else if (await cropDigest(preprocessor, golden, "exif") !== u8_exif) {
        names.push(`${name}, turned`);
      }
    }
    const refused = settings.turboJpegPath === undefined ? native : [];
    assert.deepEqual(names.sort(), [...Object.keys(differ), ...refused].sort());
  });
}
