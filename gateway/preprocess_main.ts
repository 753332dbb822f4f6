// deno-lint-ignore-file no-console
/** `deno task preprocess`: what the model would see of files, by the very code /embed runs and with its settings. */
import { createHash } from "node:crypto";
import { oneOf, type Parsed, runProgram, UsageError } from "../command/program.ts";
import { findModel } from "../models/repository/find_model.ts";
import type { ImageOptions } from "../preprocess/contract/image_options.ts";
import { limitRefusal, Refusal } from "../preprocess/contract/refusal.ts";
import {
  chooseJpegDecoder,
  JPEG_DECODER_CHOICES,
  type JpegDecoderChoice,
} from "../preprocess/decode/jpeg/jpeg_decoders.ts";
import { Preprocessor } from "../preprocess/preprocessor.ts";
import { preprocessorSettings } from "../preprocess/preprocessor_settings.ts";
import { parseConfig, SETTING_NAMES } from "./config/config.ts";
import type { Config } from "./config/config_fields.ts";
import { withMemoryBudget } from "./config/memory_budget.ts";
import { configuredImageModel, configuredLimits, repositoryPath } from "./configured_model.ts";
import { findPhotos } from "./photo_files.ts";

const PROGRAM = {
  help: `Usage: deno task preprocess FILE... [--raw u8|f32] [--orient none|exif]
                           [--decode exact|fast] [--model NAME]
                           [--jpeg-decoder auto|native|portable]

Prints one line a file: the SHA-256 of its u8 crop (size × size × 3, HWC, RGB) and its path, or
!error_code and its path, with the reason on standard error. Exits with 1 if any file failed. A folder
stands for every image in it and below it, by name or content, sorted; names that begin with a dot are
left out. Settings of the environment (GATEWAY_MODEL, GATEWAY_IMAGE_BYTES_MAX …) hold as for the gateway.

  --raw u8|f32    write one file's bytes to standard output instead:
                  u8   the crop, size × size × 3, HWC
                  f32  the model's input, 3 × size × size, NCHW, little-endian
  --orient exif   apply EXIF orientation first (open_clip does not)
  --decode fast   decode large JPEGs at a half, a quarter or an eighth of their size (see docs/fast-decoding.md)
  --model NAME    whose preprocessing to use (default: the first of GATEWAY_MODELS that embeds photos)
  --jpeg-decoder native|portable
                  libturbojpeg, or its WebAssembly build (default: GATEWAY_JPEG_DECODER)
  --              what follows is a FILE, though it begin with a dash`,
  allowPositionals: true,
  options: {
    raw: { type: "string" },
    orient: { type: "string" },
    decode: { type: "string" },
    model: { type: "string" },
    "jpeg-decoder": { type: "string" },
  },
} as const;

/** Between two lines on standard error that say how far it is. */
const PROGRESS_MS = 5000;

async function main({ values, positionals }: Parsed<typeof PROGRAM>): Promise<void> {
  if (positionals.length === 0) throw new UsageError("at least one FILE is required");
  if (positionals.includes("")) throw new UsageError("a FILE must not be empty");
  const raw = values.raw === undefined ? undefined : oneOf("raw", values.raw, ["u8", "f32"]);
  if (raw !== undefined && positionals.length > 1) throw new UsageError("--raw takes one FILE");
  const env = Object.fromEntries(SETTING_NAMES.map((name) => [name, Deno.env.get(name)]));
  const { config, problems } = parseConfig(env);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const options = imageOptions(values, config);
  const jpegDecoder = oneOf(
    "jpeg-decoder",
    values["jpeg-decoder"] ?? config.jpegDecoder,
    JPEG_DECODER_CHOICES,
  );
  using preprocessor = await createPreprocessor(
    withMemoryBudget({ ...config, jpegDecoder }),
    values.model,
  );
  const { files, passedOver } = await findPhotos(
    positionals,
    Deno.env.get("INIT_CWD") ?? Deno.cwd(),
  );
  if (raw !== undefined && (files.length !== 1 || files[0]?.typed !== positionals[0])) {
    throw new UsageError(`--raw takes one FILE: ${positionals[0]} is a folder`);
  }
  let failures = 0;
  const progress = new Progress(files.length);
  for (const [done, { typed, path, problem }] of files.entries()) {
    progress.update(done);
    try {
      if (problem !== undefined) throw problem;
      const photo = await readPhoto(path, config.imageBytesMax);
      const { crop } = await preprocessor.preprocess(photo, options);
      if (raw === undefined) console.log(`${sha256(crop)}  ${shown(typed)}`);
      else await write(raw === "u8" ? crop : new Uint8Array(preprocessor.normalize(crop).buffer));
    } catch (thrown) {
      failures++;
      const { code, reason } = explain(thrown);
      if (raw === undefined) console.log(`!${code}  ${shown(typed)}`);
      console.error(`!${code}  ${shown(typed)}: ${reason}`);
    }
  }
  if (passedOver > 0) console.error(`Passed over, as no images: ${passedOver}`);
  if (files.length === 0) console.error("No image was found");
  if (failures > 0 || files.length === 0) Deno.exitCode = 1;
}

function imageOptions(
  values: { readonly orient?: string; readonly decode?: string },
  config: Config,
): ImageOptions {
  return {
    orient: oneOf("orient", values.orient ?? config.orient, ["none", "exif"]),
    decode: oneOf("decode", values.decode ?? config.decode, ["exact", "fast"]),
  };
}

/** @param model The one that was asked for, in place of the settings'. */
async function createPreprocessor(config: Config, model?: string): Promise<Preprocessor> {
  const folder = model === undefined
    ? await configuredImageModel(config)
    : await findModel(repositoryPath(config.modelRepository), model);
  const library = findLibrary(config.jpegDecoder);
  if (library.path === undefined && config.jpegDecoder === "auto") {
    console.error(`JPEGs are decoded in WebAssembly, without CMYK: ${library.reason}`);
  }
  return new Preprocessor(preprocessorSettings({
    preprocess: (await folder.imageManifest()).preprocess,
    turboJpegPath: library.path,
    limits: configuredLimits(config),
    fastScaleMin: config.fastDecodeScaleMin,
  }));
}

function findLibrary(jpegDecoder: JpegDecoderChoice) {
  try {
    return chooseJpegDecoder(jpegDecoder);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`--jpeg-decoder ${jpegDecoder} cannot be had: ${reason}`, { cause });
  }
}

/** @throws {Refusal} for more bytes than an image may have, which are not read. */
async function readPhoto(path: string, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const { size, isFile } = await Deno.stat(path);
  if (isFile && size > bytesMax) {
    throw limitRefusal("body_too_large", { quantity: "its bytes", limit: bytesMax, value: size });
  }
  return await Deno.readFile(path);
}

async function write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await new Blob([bytes]).stream().pipeTo(Deno.stdout.writable, { preventClose: true });
}

/** The code of a file's line, and why in words. */
function explain(thrown: unknown): { readonly code: string; readonly reason: string } {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof Refusal) return { code: thrown.code, reason };
  if (thrown instanceof Deno.errors.NotFound) {
    return { code: "not_found", reason: "there is no such file" };
  }
  // Deno's own errors are the system's.
  const isOfSystem = Object.values(Deno.errors).some((kind) => thrown instanceof kind) ||
    thrown instanceof Error && "code" in thrown;
  return { code: isOfSystem ? "not_readable" : "internal", reason };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A path in one line, whatever is in it. */
function shown(path: string): string {
  const escaped = (character: string) =>
    `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return path.replace(/\p{Cc}/gu, escaped);
}

/** Says now and then how far it is, on standard error. */
class Progress {
  readonly #total: number;
  #saidAt = performance.now();

  constructor(total: number) {
    this.#total = total;
  }

  update(done: number): void {
    const now = performance.now();
    if (now - this.#saidAt < PROGRESS_MS) return;
    this.#saidAt = now;
    console.error(`${done} of ${this.#total} files`);
  }
}

if (import.meta.main) await runProgram(PROGRAM, main);
