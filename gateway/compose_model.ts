/** Builds one served model, leaves first; the stack takes it down in reverse. */
import type { Golden } from "../models/contract/golden.ts";
import type { ImageManifest } from "../models/contract/manifest.ts";
import { type ImageOptions, OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { chooseJpegDecoder, jpegDecoderName } from "../preprocess/decode/jpeg/jpeg_decoders.ts";
import type { LibraryLookup } from "../preprocess/decode/jpeg/turbojpeg_library.ts";
import { imageCost, isPlainJpeg } from "../preprocess/header/image_cost.ts";
import type { JudgedImage } from "../preprocess/header/image_header.ts";
import { Preprocessor } from "../preprocess/preprocessor.ts";
import {
  type PreprocessorSettings,
  preprocessorSettings,
} from "../preprocess/preprocessor_settings.ts";
import { composeEngine, type RegionKeeper } from "./compose_engine.ts";
import type { Config } from "./config/config_fields.ts";
import { configuredLimits, configuredModel } from "./configured_model.ts";
import { decodeWorkerCount } from "./effective_config.ts";
import { assertGoldenInput } from "./embed/canary.ts";
import { EmbeddingCache } from "./embed/embedding_cache.ts";
import { type ImageJob, type ImageWorkers, PhotoEncoder } from "./embed/photo_encoder.ts";
import { rememberedPreprocessIds } from "./embed/preprocess_id.ts";
import { type ReadinessVerdict, ServedModel } from "./embed/served_model.ts";
import type { Engine } from "./engine/engine.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import type { ModelTelemetry, Telemetry } from "./telemetry/events.ts";
import type { PreprocessResult } from "./work/slot_preprocessor.ts";
import { WorkerPool } from "./work/worker_pool.ts";

const GOLDEN_PHOTO = new URL("../models/contract/golden_photo.jpg", import.meta.url);
/** Images that may wait for a worker beside those of requests. */
const CANARY_SLOTS = 1;
/** A twentieth of the deadline: who has waited longer in the queue of a full gateway will hardly be in time. */
const NEWEST_FIRST_AFTER_MS = 500;

/** Parts of a model that tests put in place of its own. */
export interface ModelParts {
  readonly engine: Engine;
  /** Decode in place of the pool. */
  readonly imageWorkers: ImageWorkers;
  readonly preprocessId: (options: ImageOptions) => string;
  readonly readiness: ReadinessVerdict;
  readonly regions: RegionKeeper;
}

/** What a photo of a phone's camera takes: who has one, or less, need not wait until a dearer image is done. */
const LONG_MS = 100;

/** What a model is built with. */
export interface ModelSetup {
  readonly config: Config;
  readonly telemetry: Telemetry;
  readonly metrics: Metrics;
  readonly parts: Partial<ModelParts>;
  /** How many isolates serve; several keep small photos and small models on their own threads. */
  readonly isolates: number;
  /** Takes the memory of decoding an image; `undefined` while it does not fit. */
  readonly takeMemory: (bytes: number, asker: unknown) => Disposable | undefined;
}

type Workers = WorkerPool<PreprocessorSettings, ImageJob, PreprocessResult>;

/**
 * Builds the model that the configuration names.
 *
 * @throws {Error} when it cannot be served, or preprocessing is not exact.
 */
export async function composeModel(
  setup: ModelSetup,
  stack: AsyncDisposableStack,
): Promise<ServedModel> {
  const { config, metrics, parts, isolates } = setup;
  const folder = await configuredModel(config);
  const [manifest, golden] = await Promise.all([folder.imageManifest(), folder.golden()]);
  const telemetry = setup.telemetry.ofModel(manifest.name);
  const settings = modelSettings(config, manifest, telemetry);
  const photo = await Deno.readFile(GOLDEN_PHOTO);
  await selfTest(settings, photo, golden);
  // Before the workers, so that it goes after them: they write into its slots.
  const engine = parts.engine ??
    await composeEngine(
      { config, manifest, folder, golden, telemetry, isolates, regions: parts.regions },
      stack,
    );
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
  const cache = config.cacheBytes === 0 ? undefined : new EmbeddingCache({
    bytesMax: Math.floor(config.cacheBytes / isolates),
    onEvicted: () => telemetry.cacheEvicted(),
  });
  metrics.addModelGauges(manifest.name, {
    slotsInUse: () => engine.slots.inUse,
    slotsTotal: () => parts.engine === undefined ? config.slots : engine.slots.total,
    imagesQueued: () => pool?.queued ?? 0,
    cacheBytes: () => cache?.usage.bytes ?? 0,
    cacheImages: () => cache?.usage.images ?? 0,
  });
  const jpegDecoder = jpegDecoderName(settings.turboJpegPath);
  return new ServedModel({
    manifest,
    engine,
    encoder: new PhotoEncoder({
      workers: parts.imageWorkers ?? pool as Workers,
      here,
      limits: settings.limits,
      telemetry,
    }),
    cache,
    preprocessId: parts.preprocessId ?? rememberedPreprocessIds((options) => {
      const { modelDigest, inputDatatype } = engine.description;
      return { ...settings, modelDigest, inputDatatype, jpegDecoder, ...options };
    }),
    jpegDecoder,
    telemetry,
    ...parts.readiness && { readiness: parts.readiness },
    health: {
      freshMsMax: config.readySecondsMax * 1000,
      checkTimeoutMs: config.requestTimeoutMs,
      canary: { photo, golden },
      canEncode: () => !pool?.isBroken,
      servesUnproven: config.serveUnproven === "on",
    },
  });
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

function modelSettings(
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
async function selfTest(
  settings: PreprocessorSettings,
  photo: Uint8Array<ArrayBuffer>,
  golden: Golden,
): Promise<void> {
  using preprocessor = new Preprocessor(settings);
  const { crop } = await preprocessor.preprocess(photo, OPEN_CLIP);
  assertGoldenInput(preprocessor.normalize(crop), golden);
}
