/** The composition root: builds every part, leaves first, and takes them down in reverse. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Golden } from "../models/contract/golden.ts";
import type { ModelManifest } from "../models/contract/manifest.ts";
import { Admission } from "./http/admission.ts";
import { CachedPipeline } from "./embed/cached_pipeline.ts";
import { EmbeddingCache } from "./embed/embedding_cache.ts";
import { assertGoldenInput, runCanary } from "./embed/canary.ts";
import { type Config, describeConfig } from "./config/config.ts";
import { EmbeddedEngine } from "./engine/onnx/embedded_engine.ts";
import type { Engine } from "./engine/engine.ts";
import { ModelFolder } from "../models/repository/model_folder.ts";
import { createTritonEngine } from "./engine/triton/triton_setup.ts";
import { gatewayInfo } from "./gateway_info.ts";
import { type AppOptions, createApp } from "./http/app.ts";
import { BodyParser } from "./http/body_parser.ts";
import { Listener } from "./http/listener.ts";
import { jpegDecoderName } from "../preprocess/decode/image_decoder.ts";
import { OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { LoneImageShortcut } from "./work/lone_image.ts";
import { Preprocessor } from "../preprocess/preprocessor.ts";
import {
  type PreprocessorSettings,
  preprocessorSettings,
} from "../preprocess/preprocessor_settings.ts";
import { rememberedPreprocessIds } from "./embed/preprocess_id.ts";
import type { PreprocessJob, PreprocessResult } from "./work/preprocess_worker.ts";
import { findTurboJpeg } from "../preprocess/decode/turbojpeg_library.ts";
import { WorkerPool } from "./work/worker_pool.ts";
import { Pipeline } from "./embed/pipeline.ts";
import { Readiness } from "./embed/readiness.ts";
import { watchEventLoopDelay } from "./telemetry/event_loop_delay.ts";
import type { Telemetry } from "./telemetry/events.ts";
import { Logger } from "./telemetry/logger.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { MetricsAndLogs } from "./telemetry/telemetry.ts";

const PROJECT = new URL("../", import.meta.url);
/** Images that may wait for a worker beside those of requests. */
const CANARY_SLOTS = 1;
const GOLDEN_PHOTO = new URL("../models/contract/golden_photo.jpg", import.meta.url);

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  readonly url: string;
  /**
   * Answers "not ready", then refuses new work, then waits for what is in flight.
   *
   * @param signal Why, for the log.
   * @returns Whether every request was answered in time.
   */
  drain(signal: string): Promise<boolean>;
}

/** What tests may replace. */
export interface ComposeOverrides {
  readonly writeLog?: (line: string) => void;
}

type Workers = WorkerPool<PreprocessorSettings, PreprocessJob, PreprocessResult>;

/** Everything behind the HTTP surface. */
interface Core {
  readonly manifest: ModelManifest;
  readonly settings: PreprocessorSettings;
  readonly engine: Engine;
  readonly workers: Workers;
  readonly pipeline: Pipeline;
  readonly parser: BodyParser;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly telemetry: Telemetry;
}

/**
 * Starts a gateway.
 *
 * @throws {Error} when the model cannot be served, preprocessing is not exact, or the port is taken.
 */
export async function compose(config: Config, overrides: ComposeOverrides = {}): Promise<Gateway> {
  await using stack = new AsyncDisposableStack();
  const core = await createCore(config, overrides, stack);
  const { readiness, telemetry } = core;
  const state = { isDraining: false };
  const app = createApp(appOptions(config, core, state));
  const listener = new Listener({
    host: config.host,
    port: config.port,
    fetch: app.fetch,
    onFailure: (cause) => telemetry.defect("listener failed and is opened again", cause),
  });
  stack.defer(async () => void await listener.close(0));
  stack.use(watchEventLoopDelay((seconds) => telemetry.eventLoopDelayed(seconds)));
  readiness.open();
  // Proves the model on the golden photo, and warms every part up before the first request pays for it.
  await readiness.check();
  telemetry.started(listener.url, describeConfig(config));
  const owned = stack.move();
  return {
    url: listener.url,
    drain: async (signal) => {
      const started = performance.now();
      telemetry.draining(signal);
      readiness.drain();
      await new Promise((resolve) => setTimeout(resolve, config.drainDelayMs));
      state.isDraining = true;
      const isClean = await listener.close(config.drainTimeoutMs);
      telemetry.stopped((performance.now() - started) / 1000, isClean);
      return isClean;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Builds the parts in order of need; the stack takes them down in reverse. */
async function createCore(
  config: Config,
  overrides: ComposeOverrides,
  stack: AsyncDisposableStack,
): Promise<Core> {
  const metrics = new Metrics();
  const telemetry = new MetricsAndLogs(metrics, new Logger(config.logLevel, overrides.writeLog));
  const folder = modelFolder(config);
  const [manifest, golden] = await Promise.all([folder.manifest(), folder.golden()]);
  const settings = modelSettings(config, manifest, telemetry);
  const photo = await Deno.readFile(GOLDEN_PHOTO);
  await selfTest(settings, photo, golden);
  // Before the workers, so that it goes after them: they write into its slots.
  const engine = config.engine === "embedded"
    ? await createEmbedded({ config, manifest, telemetry }, stack)
    : await createTriton({ config, manifest, telemetry }, golden.modelSha256, stack);
  const workers: Workers = stack.use(
    new WorkerPool({
      workerUrl: new URL("./work/preprocess_worker.ts", import.meta.url),
      settings,
      // One more than cores, as a worker that is done waits for the main thread before it gets its next image.
      workers: config.decodeWorkers || navigator.hardwareConcurrency + 1,
      queueMax: config.slots + CANARY_SLOTS,
      jobMsMax: config.imageTimeoutMs,
      action: "decode image",
      tooLong: "invalid_image",
      onReplaced: (reason) => telemetry.workerReplaced(reason),
    }),
  );
  await workers.started;
  const imageWorkers = stack.use(
    new LoneImageShortcut({ workers, settings, isAlone: () => engine.slots.inUse === 1 }),
  );
  const { limits } = settings;
  const pipeline = new Pipeline({ engine, workers: imageWorkers, limits, telemetry });
  const readiness = new Readiness({
    engine: {
      healthy: async (deadline) => !workers.isBroken && await engine.healthy(deadline),
    },
    canary: (deadline) => runCanary(pipeline, { photo, golden }, deadline),
    freshMsMax: config.readySecondsMax * 1000,
    checkTimeoutMs: config.requestTimeoutMs,
    telemetry,
  });
  const parser = stack.use(
    new BodyParser({
      limits: { imagesMax: config.requestImagesMax, imageBytesMax: config.imageBytesMax },
      queueMax: config.inflightRequestsMax,
    }),
  );
  return { manifest, settings, engine, workers, pipeline, parser, readiness, metrics, telemetry };
}

function appOptions(config: Config, core: Core, state: { isDraining: boolean }): AppOptions {
  const { manifest, settings, engine, workers, pipeline, parser, readiness, metrics, telemetry } =
    core;
  const admission = new Admission({
    requestsMax: config.inflightRequestsMax,
    bytesMax: config.inflightBytesMax,
    pixelsMax: config.inflightPixelsMax,
  });
  const cache = createCache(config, telemetry);
  metrics.addGauges({
    slotsInUse: () => engine.slots.inUse,
    slotsTotal: () => engine.slots.total,
    requestsInFlight: () => admission.usage.requests,
    bodyBytesInFlight: () => admission.usage.bytes,
    pixelsInFlight: () => admission.usage.pixels,
    imagesQueued: () => workers.queued,
    cacheBytes: () => cache?.usage.bytes ?? 0,
    cacheImages: () => cache?.usage.images ?? 0,
  });
  const jpegDecoder = jpegDecoderName(settings.turboJpegPath);
  const idOf = rememberedPreprocessIds((options) => {
    const { modelDigest, inputDatatype } = engine.description;
    return { ...settings, modelDigest, inputDatatype, jpegDecoder, ...options };
  });
  return {
    pipeline: cache === undefined ? pipeline : new CachedPipeline({
      pipeline,
      cache,
      engine,
      preprocessId: idOf,
      telemetry,
    }),
    admission,
    readiness,
    telemetry,
    bodyLimits: { bytesMax: config.bodyBytesMax, timeoutMs: config.bodyTimeoutMs },
    parser,
    model: { model: manifest.name, dim: engine.description.embeddingDim },
    preprocessId: idOf,
    optionDefaults: { decode: config.decode },
    onEmbedded: () => readiness.recordSuccess(),
    onFault: () => readiness.recordFault(),
    apiKeys: config.apiKeys,
    requestTimeoutMs: config.requestTimeoutMs,
    info: () => gatewayInfo({ config, engine, manifest, preprocessId: idOf, jpegDecoder }),
    metrics: () => metrics.registry.metrics(),
    isDraining: () => state.isDraining,
  };
}

/** Without a cache nothing of it runs: no digest is taken, and requests go straight to the pipeline. */
function createCache(config: Config, telemetry: Telemetry): EmbeddingCache | undefined {
  if (config.cacheBytes === 0) return undefined;
  return new EmbeddingCache({
    bytesMax: config.cacheBytes,
    onEvicted: () => telemetry.cacheEvicted(),
  });
}

function modelFolder(config: Config): ModelFolder {
  return new ModelFolder(resolve(fileURLToPath(PROJECT), config.modelRepository), config.model);
}

function modelSettings(
  config: Config,
  manifest: ModelManifest,
  telemetry: Telemetry,
): PreprocessorSettings {
  const library = findTurboJpeg();
  if (library.path === undefined) telemetry.notExact(library.reason);
  return preprocessorSettings({
    preprocess: manifest.preprocess,
    turboJpegPath: library.path,
    limits: {
      bytesMax: config.imageBytesMax,
      pixelsMax: config.imagePixelsMax,
      scansMax: config.imageScansMax,
    },
    fastScaleMin: config.fastDecodeScaleMin,
  });
}

/** Proves that this build sees what open_clip sees; imagescript makes no such promise. */
async function selfTest(
  settings: PreprocessorSettings,
  photo: Uint8Array<ArrayBuffer>,
  golden: Golden,
): Promise<void> {
  if (settings.turboJpegPath === undefined) return;
  using preprocessor = new Preprocessor(settings);
  const { crop } = await preprocessor.preprocess(photo, OPEN_CLIP);
  assertGoldenInput(preprocessor.normalize(crop), golden);
}

interface EngineParts {
  readonly config: Config;
  readonly manifest: ModelManifest;
  readonly telemetry: Telemetry;
}

async function createEmbedded(
  { config, manifest, telemetry }: EngineParts,
  stack: AsyncDisposableStack,
): Promise<Engine> {
  return stack.use(
    await EmbeddedEngine.create({
      manifest,
      ...await modelFolder(config).onnx(),
      slots: config.slots,
      batchImagesMax: Math.min(config.batchImagesMax, manifest.max_batch_size),
      batchDelayMsMax: config.batchDelayMsMax,
      threads: config.modelThreads || navigator.hardwareConcurrency,
      onBatch: (images, seconds) => telemetry.batchRan(images, seconds),
      onRestart: () => telemetry.engineRestarted(),
    }),
  );
}

async function createTriton(
  { config, manifest, telemetry }: EngineParts,
  modelDigest: string,
  stack: AsyncDisposableStack,
): Promise<Engine> {
  return await createTritonEngine({
    url: config.tritonUrl,
    sharedMemory: config.tritonSharedMemory,
    manifest,
    modelDigest,
    slots: config.slots,
    watchesModel: config.cacheBytes > 0,
    onLink: (change) =>
      telemetry.upstreamChanged(
        change.isUp ? { isUp: true, ...change.connection } : change,
      ),
  }, stack);
}
