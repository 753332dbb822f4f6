// deno-lint-ignore-file no-console
/** `deno task preprocess`: what the model would see of a file, by the very code /embed runs. */
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { parsePreprocessSpec } from "./contract/preprocess_spec.ts";
import { preprocessorSettings } from "./preprocessor_settings.ts";
import { Refusal } from "./contract/refusal.ts";
import { type ImageOptions, OPEN_CLIP } from "./contract/image_options.ts";
import { Preprocessor } from "./preprocessor.ts";
import {
  chooseJpegDecoder,
  JPEG_DECODER_CHOICES,
  type JpegDecoderChoice,
} from "./decode/jpeg/jpeg_decoders.ts";

const HELP = `Usage: deno task preprocess FILE... [--raw u8|f32] [--orient none|exif]
                           [--decode exact|fast] [--model NAME]
                           [--jpeg-decoder auto|native|portable]

Prints one line a file: the SHA-256 of its u8 crop (size × size × 3, HWC, RGB) and its path, or
!error_code and its path. Exits with 1 if any file failed.

  --raw u8|f32    write one file's bytes to standard output instead:
                  u8   the crop, size × size × 3, HWC
                  f32  the model's input, 3 × size × size, NCHW, little-endian
  --orient exif   apply EXIF orientation first (open_clip does not)
  --decode fast   decode large JPEGs at a half, a quarter or an eighth of their size (see docs/fast-decoding.md)
  --model NAME    whose preprocessing to use (default: dct_512)
  --jpeg-decoder native|portable
                  libturbojpeg, or its WebAssembly build (default: auto, the first that is to be had)`;

interface Arguments {
  readonly files: string[];
  readonly raw: "u8" | "f32" | undefined;
  readonly options: ImageOptions;
  readonly model: string;
  readonly jpegDecoder: JpegDecoderChoice;
}

/** @throws {TypeError} when an argument is unknown or has a wrong value. */
function parseArguments(args: string[]): Arguments | "help" {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      raw: { type: "string" },
      orient: { type: "string", default: OPEN_CLIP.orient },
      decode: { type: "string", default: OPEN_CLIP.decode },
      model: { type: "string", default: "dct_512" },
      "jpeg-decoder": { type: "string", default: "auto" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const { raw, orient, decode, model } = values;
  if (raw !== undefined && raw !== "u8" && raw !== "f32") {
    throw new TypeError(`--raw must be u8 or f32: current value is ${raw}`);
  }
  if (orient !== "none" && orient !== "exif") {
    throw new TypeError(`--orient must be none or exif: current value is ${orient}`);
  }
  if (decode !== "exact" && decode !== "fast") {
    throw new TypeError(`--decode must be exact or fast: current value is ${decode}`);
  }
  const asked = values["jpeg-decoder"];
  const jpegDecoder = JPEG_DECODER_CHOICES.find((choice) => choice === asked);
  if (jpegDecoder === undefined) {
    throw new TypeError(
      `--jpeg-decoder must be auto, native or portable: current value is ${asked}`,
    );
  }
  if (positionals.length === 0) throw new TypeError("at least one FILE is required");
  if (raw !== undefined && positionals.length > 1) throw new TypeError("--raw takes one FILE");
  return { files: positionals, raw, options: { orient, decode }, model, jpegDecoder };
}

async function createPreprocessor({ model, jpegDecoder }: Arguments): Promise<Preprocessor> {
  const folder = new URL(`../model_repository/${model}/`, import.meta.url);
  const preprocess = parsePreprocessSpec(
    await Deno.readTextFile(new URL("manifest.json", folder)),
  );
  const library = findLibrary(jpegDecoder);
  if (library.path === undefined && jpegDecoder === "auto") {
    console.error(`JPEGs are decoded in WebAssembly, without CMYK: ${library.reason}`);
  }
  return new Preprocessor(preprocessorSettings({ preprocess, turboJpegPath: library.path }));
}

function findLibrary(jpegDecoder: JpegDecoderChoice) {
  try {
    return chooseJpegDecoder(jpegDecoder);
  } catch (thrown) {
    throw new TypeError(
      `--jpeg-decoder ${jpegDecoder} cannot be had: ${(thrown as Error).message}`,
    );
  }
}

async function run(args: Arguments): Promise<number> {
  using preprocessor = await createPreprocessor(args);
  let failures = 0;
  for (const file of args.files) {
    try {
      const { crop } = await preprocessor.preprocess(await Deno.readFile(file), args.options);
      if (args.raw === undefined) {
        console.log(`${createHash("sha256").update(crop).digest("hex")}  ${file}`);
      } else {
        const bytes = args.raw === "u8"
          ? crop
          : new Uint8Array(preprocessor.normalize(crop).buffer);
        await new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
          .pipeTo(Deno.stdout.writable, { preventClose: true });
      }
    } catch (thrown) {
      failures++;
      const code = codeOf(thrown);
      if (args.raw === undefined) console.log(`!${code}  ${file}`);
      else console.error(`!${code}  ${file}: ${(thrown as Error).message}`);
    }
  }
  return failures === 0 ? 0 : 1;
}

function codeOf(thrown: unknown): string {
  if (thrown instanceof Refusal) return thrown.code;
  return thrown instanceof Deno.errors.NotFound ? "not_found" : "internal";
}

if (import.meta.main) {
  try {
    const args = parseArguments(Deno.args);
    if (args === "help") console.log(HELP);
    Deno.exitCode = args === "help" ? 0 : await run(args);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${HELP}`);
    Deno.exitCode = 64;
  }
}
