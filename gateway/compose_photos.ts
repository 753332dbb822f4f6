/** Builds what makes inputs of photos: the workers that decode them, and the encoder before those. */
import type { Golden } from "../models/contract/golden.ts";
import type { ImageManifest } from "../models/contract/manifest.ts";
import { OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { chooseJpegDecoder } from "../preprocess/decode/jpeg/jpeg_decoders.ts";
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
import { decodeWorkerCount } from "./effective_config.ts";
import { assertGoldenInput } from "./embed/canary.ts";
import { type ImageJob, PhotoEncoder } from "./embed/photo_encoder.ts";
import type { Engine } from "./engine/engine.ts";
import type { ModelSetup } from "./model_setup.ts";
import type { ModelTelemetry } from "./telemetry/events.ts";
import type { PreprocessResult } from "./work/slot_preprocessor.ts";
import { WorkerPool } from "./work/worker_pool.ts";

/** Images that may wait for a worker beside those of requests. */
const CANARY_SLOTS = 1;
/** A twentieth of the deadline: who has waited longer in the queue of a full gateway will hardly be in time. */
const NEWEST_FIRST_AFTER_MS = 500;
/** What a photo of a phone's camera takes: who has one, or less, need not wait until a dearer image is done. */
const LONG_MS = 100;

type Workers = WorkerPool<PreprocessorSettings, ImageJob, PreprocessResult>;

/** What makes inputs of a model's photos. */
export interface Photos {
  readonly encoder: PhotoEncoder;
  /** Absent where a test decodes. */
  readonly pool: Workers | undefined;
}

/** Builds the encoder of a model's photos, and starts its workers. */
export async function composePhotos(
  settings: PreprocessorSettings,
  setup: ModelSetup,
  { engine, telemetry, stack }: {
    readonly engine: Engine;
    readonly telemetry: ModelTelemetry;
    readonly stack: AsyncDisposableStack;
  },
): Promise<Photos> {
  const { config, parts, isolates } = setup;
  const pool = parts.imageWorkers === undefined
    ? await startWorkers(settings, setup, { telemetry, stack })
    : undefined;
  const here = pool && {
    preprocessor: stack.use(new Preprocessor(settings)),
    // A thread that serves alone is the first to be full once anything else is in flight.
    mayStay: (image: JudgedImage) =>
      (isolates > 1 || engine.slots.inUse === 0) && isPlainJpeg(image.header) &&
      imageCost(image, undefined, settings.limits).ms <= config.inlineImageMsMax,
  };
  const encoder = new PhotoEncoder({
    workers: parts.imageWorkers ?? pool as Workers,
    here,
    limits: settings.limits,
    telemetry,
  });
  return { encoder, pool };
}

async function startWorkers(
  settings: PreprocessorSettings,
  { config, isolates, takeMemory }: ModelSetup,
  { telemetry, stack }: {
    readonly telemetry: ModelTelemetry;
    readonly stack: AsyncDisposableStack;
  },
): Promise<Workers> {
  const workerCount = decodeWorkerCount(config);
  const workers: Workers = stack.use(
    new WorkerPool({
      workerUrl: new URL("./work/preprocess_worker.ts", import.meta.url),
      settings,
      workers: workerCount,
      // An isolate may never need one.
      startsWithFirstJob: isolates > 1,
      queueMax: config.slots + CANARY_SLOTS,
      clientOf: ({ client }) => client,
      take: (job) => takeMemory(job.cost.bytes, job),
      costMs: ({ cost }) => cost.ms,
      isLong: ({ cost }) => cost.ms > LONG_MS,
      // What waits behind more than this would be late for every request that there may be by now.
      queueMsMax: config.requestTimeoutMs * workerCount,
      jobMsMax: config.imageTimeoutMs,
      action: "decode image",
      // Its price was within bounds: it is late by no fault of its own.
      tooLong: "deadline_exceeded",
      newestFirstAfterMs: NEWEST_FIRST_AFTER_MS,
      onReplaced: (reason) => telemetry.workerReplaced(reason),
    }),
  );
  if (isolates === 1) await workers.started;
  return workers;
}

/** How a model's photos are decoded here. */
export function photoSettings(
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
export async function proveSettings(
  settings: PreprocessorSettings,
  photo: Uint8Array<ArrayBuffer>,
  golden: Golden,
): Promise<void> {
  using preprocessor = new Preprocessor(settings);
  const { crop } = await preprocessor.preprocess(photo, OPEN_CLIP);
  assertGoldenInput(preprocessor.normalize(crop), golden);
}
