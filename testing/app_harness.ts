/** The HTTP app without a socket: real routes, real pipeline, real workers, and an engine of the test's choice. */
import { Admission, type AdmissionLimits } from "../gateway/http/admission.ts";
import { EmbeddedEngine } from "../gateway/engine/onnx/embedded_engine.ts";
import type { Engine } from "../gateway/engine/engine.ts";
import { createApp } from "../gateway/http/app.ts";
import type { OptionDefaults } from "../gateway/http/embed_options.ts";
import { BodyParser } from "../gateway/http/body_parser.ts";
import type { BodyLimits } from "../gateway/http/body.ts";
import type { EmbedRequestLimits } from "../gateway/http/embed_request.ts";
import type { Info } from "../gateway/http/info.ts";
import type { PreprocessorSettings } from "../preprocess/preprocessor_settings.ts";
import type { PreprocessJob, PreprocessResult } from "../gateway/work/preprocess_worker.ts";
import { WorkerPool } from "../gateway/work/worker_pool.ts";
import { type ImageWorkers, Pipeline } from "../gateway/embed/pipeline.ts";
import type { ReadinessState } from "../gateway/embed/readiness.ts";
import { DCT_MODEL, readDctManifest } from "./dct_model.ts";
import { preprocessorSettings } from "./preprocessor_settings.ts";
import { RecordingTelemetry } from "./recording_telemetry.ts";

const MIB = 1024 * 1024;

/** What a test may ask for; the rest is as the configuration has it by default. */
export interface TestAppOptions {
  /** `embedded` unless given; disposed with the app. */
  readonly engine?: Engine;
  /** A pool of one worker unless given; then the caller's to dispose. */
  readonly workers?: ImageWorkers;
  readonly admission?: Partial<AdmissionLimits>;
  readonly body?: Partial<BodyLimits>;
  readonly request?: Partial<EmbedRequestLimits>;
  readonly optionDefaults?: Partial<OptionDefaults>;
  readonly apiKeys?: readonly string[];
  readonly requestTimeoutMs?: number;
  readonly readiness?: ReadinessState;
  readonly isDraining?: () => boolean;
}

/** An app and the parts tests look at. */
export interface TestApp extends AsyncDisposable {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  readonly engine: Engine;
  readonly admission: Admission;
  readonly telemetry: RecordingTelemetry;
  /** Good replies so far, as readiness counts them. */
  readonly successes: () => number;
  /** Replies so far that speak against the engine. */
  readonly faults: () => number;
  /** Images waiting for a worker. */
  readonly queued: () => number;
}

/** Creates an app that is disposed with its workers and its engine. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(options.engine ?? await createEngine());
  const settings = preprocessorSettings();
  const pool = options.workers === undefined ? stack.use(createPool(settings)) : undefined;
  await pool?.started;
  const workers = options.workers ?? pool as ImageWorkers;
  const telemetry = new RecordingTelemetry();
  const admission = new Admission({
    requestsMax: 256,
    bytesMax: 256 * MIB,
    pixelsMax: 200_000_000,
    ...options.admission,
  });
  const limits = { imagesMax: 32, imageBytesMax: 8 * MIB, ...options.request };
  const parser = stack.use(new BodyParser({ limits, queueMax: 64 }));
  let successes = 0;
  let faults = 0;
  const app = createApp({
    pipeline: new Pipeline({ engine, workers, limits: settings.limits, telemetry }),
    admission,
    readiness: {
      check: () => Promise.resolve(options.readiness ?? { isReady: true, reason: "canary" }),
    },
    telemetry,
    bodyLimits: { bytesMax: 32 * MIB, timeoutMs: 5_000, ...options.body },
    parser,
    model: { model: engine.description.model, dim: engine.description.embeddingDim },
    preprocessId: ({ orient, decode }) => `p1-${decode === "fast" ? "fast_" : ""}${orient}`,
    optionDefaults: { decode: "exact", ...options.optionDefaults },
    onEmbedded: () => successes++,
    onFault: () => faults++,
    apiKeys: options.apiKeys ?? [],
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    info: () => TEST_INFO,
    metrics: () => Promise.resolve("gateway_ready 1\n"),
    isDraining: options.isDraining ?? (() => false),
  });
  const owned = stack.move();
  return {
    fetch: async (request) => await app.fetch(request),
    request: async (path, init) => await app.request(path, init),
    engine,
    admission,
    telemetry,
    successes: () => successes,
    faults: () => faults,
    queued: () => pool?.queued ?? 0,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What /info of a test app says. */
export const TEST_INFO: Info = {
  name: "gateway",
  version: "1.2.3",
  engine: {
    engine: "embedded",
    model: "dct_512",
    modelDigest: "0".repeat(64),
    inputDatatype: "FP32",
    inputByteLength: 602_112,
    embeddingDim: 512,
    tensorPath: "memory",
    batchImagesMax: 8,
    runtime: "onnxruntime 1.2.3",
  },
  model: { name: "dct_512", description: "a <descriptor>", license: "MIT" },
  preprocess_id: { none: "p1-none", exif: "p1-exif" },
  decode: { default: "exact", fast_scale_min: 2 },
  jpeg_decoder: "libturbojpeg 1.2.3",
  accepted_formats: ["jpeg"],
  limits: { request_images: 32 },
  versions: { deno: "1.2.3" },
};

async function createEngine(): Promise<EmbeddedEngine> {
  return await EmbeddedEngine.create({
    manifest: readDctManifest(),
    ...await DCT_MODEL.onnx(),
    slots: 64,
    batchImagesMax: 8,
    batchDelayMsMax: 0,
    threads: 1,
  });
}

function createPool(
  settings: PreprocessorSettings,
): WorkerPool<PreprocessorSettings, PreprocessJob, PreprocessResult> {
  return new WorkerPool({
    workerUrl: new URL("../gateway/work/preprocess_worker.ts", import.meta.url),
    settings,
    workers: 1,
    queueMax: 64,
    jobMsMax: 5_000,
    action: "decode image",
    tooLong: "invalid_image",
  });
}
