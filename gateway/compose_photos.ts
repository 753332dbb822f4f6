/** Builds what makes inputs of a model's photos: the encoder, before the workers that decode them. */
import type { Golden } from "../models/contract/golden.ts";
import type { ImageManifest } from "../models/contract/manifest.ts";
import { OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { chooseJpegDecoder, jpegDecoderName } from "../preprocess/decode/jpeg/jpeg_decoders.ts";
import type { LibraryLookup } from "../preprocess/decode/jpeg/turbojpeg_library.ts";
import { imageCost, isPlainJpeg } from "../preprocess/header/image_cost.ts";
import type { JudgedImage } from "../preprocess/header/image_header.ts";
import { Preprocessor } from "../preprocess/preprocessor.ts";
import {
  type PreprocessorSettings,
  preprocessorSettings,
} from "../preprocess/preprocessor_settings.ts";
import type { Config } from "./config/config_fields.ts";
import { configuredLimits } from "./configured_model.ts";
import { assertGoldenInput } from "./embed/canary.ts";
import { type ImageWorkers, PhotoEncoder } from "./embed/photo_encoder.ts";
import { rememberedPreprocessIds } from "./embed/preprocess_id.ts";
import type { Engine } from "./engine/engine.ts";
import { TensorEncoder } from "./embed/tensor_encoder.ts";
import type { InputSource, RunningSource } from "./input_source.ts";
import type { ModelSetup } from "./model_setup.ts";
import type { PhotoWorkers } from "./photo_workers.ts";
import type { ModelTelemetry } from "./telemetry/events.ts";

const GOLDEN_PHOTO = new URL("../models/contract/golden_photo.jpg", import.meta.url);

/** What photos of a model are decoded with. */
export interface PhotoSetup {
  /** What the model is called. */
  readonly served: string;
  readonly manifest: ImageManifest;
  readonly golden: Golden;
  readonly telemetry: ModelTelemetry;
  readonly workers: PhotoWorkers;
  readonly stack: AsyncDisposableStack;
}

/**
 * Chooses how photos are decoded, and proves on the golden one that this build sees what open_clip sees.
 *
 * @throws {Error} when it does not, or the JPEG decoder that is asked for is not to be had.
 */
export async function composePhotos(setup: ModelSetup, photos: PhotoSetup): Promise<InputSource> {
  const { served, manifest, golden, telemetry, workers } = photos;
  const settings = photoSettings(setup.config, manifest, telemetry);
  const input = await Deno.readFile(GOLDEN_PHOTO);
  await proveSettings(settings, input, golden);
  const jpegDecoder = jpegDecoderName(settings.turboJpegPath);
  const kind = workers.add(served, settings, telemetry);
  return {
    canary: { input, golden },
    jpegDecoder,
    preprocessIds: (engine) => rememberedPreprocessIds(engine, { ...settings, jpegDecoder }),
    start: (engine) => startDecoding({ settings, kind }, setup, { ...photos, engine }),
  };
}

/** Starts the workers, and makes the encoder before them. */
async function startDecoding(
  { settings, kind }: { readonly settings: PreprocessorSettings; readonly kind: number },
  { config, parts, isolates }: ModelSetup,
  { served, engine, workers, telemetry, stack }: PhotoSetup & { readonly engine: Engine },
): Promise<RunningSource> {
  const pool = parts.imageWorkers === undefined ? await workers.start(engine) : undefined;
  const here = pool && {
    // Its own, though photos of another model become the same: what it gives is read before its next one is made, and no
    // engine waits for another one's.
    preprocessor: stack.use(new Preprocessor(settings)),
    // A thread that serves alone is the first to be full once anything else is in flight.
    mayStay: (image: JudgedImage) =>
      (isolates > 1 || workers.areIdle) && isPlainJpeg(image.header) &&
      imageCost(image, undefined, settings.limits).ms <= config.inlineImageMsMax,
  };
  const encoder = new PhotoEncoder({
    model: served,
    workers: parts.imageWorkers ?? pool as ImageWorkers,
    kind,
    turnOf: (client) => workers.turnOf(served, client),
    here,
    limits: settings.limits,
    telemetry,
  });
  return {
    encoder,
    tensors: stack.use(new TensorEncoder(engine)),
    queued: () => pool?.count(({ model }) => model === served) ?? 0,
    canEncode: () => !pool?.isBroken,
  };
}

/** How a model's photos are decoded here. */
function photoSettings(
  config: Config,
  manifest: ImageManifest,
  telemetry: ModelTelemetry,
): PreprocessorSettings {
  const library = findJpegDecoder(config);
  if (library.path === undefined && config.jpegDecoder === "auto") {
    telemetry.decodesPortably(library.reason);
  }
  return preprocessorSettings({
    preprocess: manifest.preprocess,
    turboJpegPath: library.path,
    limits: configuredLimits(config),
    fastScaleMin: config.fastDecodeScaleMin,
  });
}

/** @throws {Error} where `native` is asked for and is not to be had. */
function findJpegDecoder({ jpegDecoder }: Config): LibraryLookup {
  try {
    return chooseJpegDecoder(jpegDecoder);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `GATEWAY_JPEG_DECODER=${jpegDecoder} cannot be had: ${reason}; auto and portable run here`,
      { cause },
    );
  }
}

/** Proves that this build sees what open_clip sees. */
async function proveSettings(
  settings: PreprocessorSettings,
  photo: Uint8Array<ArrayBuffer>,
  golden: Golden,
): Promise<void> {
  using preprocessor = new Preprocessor(settings);
  const { crop } = await preprocessor.preprocess(photo, OPEN_CLIP);
  assertGoldenInput(new Uint8Array(preprocessor.normalize(crop).buffer), golden);
}
