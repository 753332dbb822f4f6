/** The gateway without a socket: the real composition, with parts of the test's choice. */
import { composeApp, type Parts } from "../gateway/compose_app.ts";
import type { Config } from "../gateway/config/config_fields.ts";
import { parseConfig } from "../gateway/config/config.ts";
import type { OptionDefaults } from "../gateway/contract/options.ts";
import type { ImageWorkers } from "../gateway/embed/photo_encoder.ts";
import type { EmbedRequestLimits } from "../gateway/contract/embed_request.ts";
import type { ReadinessState } from "../gateway/embed/readiness.ts";
import type { Engine } from "../gateway/engine/engine.ts";
import { EmbeddedEngine } from "../gateway/engine/onnx/embedded_engine.ts";
import type { Admission } from "../gateway/http/admission.ts";
import type { AdmissionLimits } from "../gateway/http/permit.ts";
import type { Dialects } from "../gateway/http/dialects/dialect_table.ts";
import type { Info } from "../gateway/http/info.ts";
import { parseMetrics } from "./metrics_text.ts";
import { DCT_MODEL } from "./dct_model.ts";
import { RecordingTelemetry } from "./recording_telemetry.ts";
import { UNHURRIED } from "./unhurried.ts";

/** The gauge of images that wait for a worker. */
const QUEUED = 'gateway_queued_images{model="dct_512"}';

/** What a test may ask for; the rest is as the configuration has it by default. */
export interface TestAppOptions {
  /** `embedded` unless given; disposed with the app. */
  readonly engine?: Engine;
  /** Engines of more models, by what those are called. */
  readonly others?: ReadonlyMap<string, Engine>;
  /** A pool of one worker unless given; then the caller's to dispose. */
  readonly workers?: ImageWorkers;
  readonly admission?: Partial<AdmissionLimits>;
  readonly body?: { readonly bytesMax: number };
  readonly request?: Partial<EmbedRequestLimits>;
  readonly optionDefaults?: Partial<OptionDefaults>;
  readonly dialects?: Dialects;
  readonly apiKeys?: readonly string[];
  readonly corsOrigins?: readonly string[];
  readonly requestTimeoutMs?: number;
  readonly readiness?: ReadinessState;
  readonly isDraining?: () => boolean;
}

/** An app and the parts tests look at. */
export interface TestApp extends AsyncDisposable {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  /** Comes from an address, through the door. */
  readonly requestFrom: (hostname: string, path: string, init: RequestInit) => Promise<Response>;
  readonly engine: Engine;
  readonly admission: Admission;
  readonly telemetry: RecordingTelemetry;
  /** Good replies so far, as readiness counts them. */
  readonly successes: () => number;
  /** Replies so far that speak against the engine. */
  readonly faults: () => number;
  /** Images waiting for a worker. */
  readonly queued: () => Promise<number>;
}

/** Creates an app that is disposed with its workers and its engine. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  await using stack = new AsyncDisposableStack();
  const telemetry = new RecordingTelemetry();
  const config = testConfig(options);
  const engine = stack.use(options.engine ?? await createEngine(config));
  let successes = 0;
  let faults = 0;
  const state = options.readiness ?? { isReady: true, reason: "canary" };
  const parts: Partial<Parts> = {
    telemetry,
    preprocessId: ({ orient, decode }) => `p1-${decode === "fast" ? "fast_" : ""}${orient}`,
    readiness: {
      open: () => {},
      drain: () => {},
      check: () => Promise.resolve(state),
      recordSuccess: () => successes++,
      recordFault: () => faults++,
      assertServable: () => Promise.resolve(),
      assertProven: () => Promise.resolve(),
    },
    info: () => TEST_INFO,
    metricsText: () => Promise.resolve("gateway_ready 1\n"),
    engines: new Map([["dct_512", engine], ...options.others ?? []]),
    ...options.workers && { imageWorkers: options.workers },
    ...options.dialects && { dialects: options.dialects },
    ...options.isDraining && { isDraining: options.isDraining },
  };
  const { app, fetch, admission, metrics } = await composeApp(config, parts, stack);
  const owned = stack.move();
  return {
    fetch: async (request) => await app(request),
    request: async (path, init) => await app(new Request(`http://localhost${path}`, init)),
    requestFrom: async (hostname, path, init) =>
      await fetch(new Request(`http://localhost${path}`, init), {
        remoteAddr: { transport: "tcp", hostname, port: 0 },
      }),
    engine,
    admission,
    telemetry,
    successes: () => successes,
    faults: () => faults,
    queued: async () => parseMetrics(await metrics.registry.metrics()).get(QUEUED) ?? NaN,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The default configuration with a test's changes; no limit is too small for a test. */
function testConfig(options: TestAppOptions): Config {
  const { admission, body, request } = options;
  const { config } = parseConfig({
    GATEWAY_SLOTS: "64",
    GATEWAY_DECODE_WORKERS: "1",
    GATEWAY_MODEL_THREADS: "1",
    ...UNHURRIED,
  });
  return {
    ...config,
    models: ["dct_512", ...options.others?.keys() ?? []],
    inflightRequestsMax: admission?.requestsMax ?? config.inflightRequestsMax,
    inflightBytesMax: admission?.bytesMax ?? config.inflightBytesMax,
    slots: admission?.inputsMax ?? config.slots,
    memoryBytesMax: admission?.memoryBytesMax ?? config.memoryBytesMax,
    inflightPixelsMax: admission?.pixelsMax ?? config.inflightPixelsMax,
    bodyBytesMax: body?.bytesMax ?? config.bodyBytesMax,
    requestImagesMax: request?.imagesMax ?? config.requestImagesMax,
    imageBytesMax: request?.imageBytesMax ?? config.imageBytesMax,
    ...options.optionDefaults,
    apiKeys: options.apiKeys ?? config.apiKeys,
    corsOrigins: options.corsOrigins ?? config.corsOrigins,
    requestTimeoutMs: options.requestTimeoutMs ?? config.requestTimeoutMs,
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
  orient: { default: "none" },
  decode: { default: "exact", fast_scale_min: 2 },
  jpeg_decoder: "libturbojpeg 1.2.3",
  accepted_formats: ["jpeg"],
  url_input: "off",
  limits: { request_images: 32 },
  versions: { deno: "1.2.3" },
  models: [{
    name: "dct_512",
    version: "1",
    aliases: [],
    description: "a <descriptor>",
    license: "MIT",
    modality: "image",
    is_default: true,
    embedding_space: "s1-0",
    dim: 512,
    digest: "0".repeat(64),
    preprocess_id: { none: "p1-none", exif: "p1-exif" },
    input: { name: "image", datatype: "FP32", shape: [3, 224, 224] },
    output: { name: "embedding", datatype: "FP32", shape: [512] },
    tensor_input: false,
    limits: { slots: 32, batch: 8, request: 32 },
  }],
};

async function createEngine(config: Config): Promise<EmbeddedEngine> {
  return await EmbeddedEngine.create({
    manifest: await DCT_MODEL.manifest(),
    ...await DCT_MODEL.onnx(),
    slots: config.slots,
    batchImagesMax: config.batchImagesMax,
    batchDelayMsMax: config.batchDelayMsMax,
    threads: config.modelThreads,
    requestTimeoutMs: config.requestTimeoutMs,
  });
}
