/** Every setting of the gateway with its bounds, default and reason; README's table is made from it. */
import { DEFAULT_FAST_SCALE_MIN, DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { integer, oneOf, pattern, secretList } from "./config_field.ts";

const MIB = 1024 * 1024;

/** All settings, by the name their value has in `Config`. */
export const FIELDS = {
  host: pattern(
    {
      env: "GATEWAY_HOST",
      default: "127.0.0.1",
      doc: "Address to listen on; loopback unless a proxy or container asks for more",
    },
    /^[A-Za-z0-9.:_-]{1,253}$/,
    "an IP address or host name",
  ),
  port: integer(
    { env: "GATEWAY_PORT", default: "8080", doc: "Port to listen on; 0 takes a free one" },
    0,
    65535,
  ),
  engine: oneOf(
    { env: "GATEWAY_ENGINE", default: "embedded", doc: "What computes embeddings" },
    ["embedded", "triton"],
  ),
  tritonUrl: pattern(
    {
      env: "GATEWAY_TRITON_URL",
      default: "http://127.0.0.1:8001",
      doc: "gRPC address of Triton, for the engine triton",
    },
    /^https?:\/\/[A-Za-z0-9.:[\]_-]{1,253}\/?$/,
    "http://HOST:PORT",
  ),
  tritonSharedMemory: oneOf(
    {
      env: "GATEWAY_TRITON_SHM",
      default: "auto",
      doc:
        "Whether tensors go to Triton through shared memory: where it sees the same one, always, or never",
    },
    ["auto", "on", "off"],
  ),
  model: pattern(
    { env: "GATEWAY_MODEL", default: "dct_512", doc: "Folder of the model in the repository" },
    /^[A-Za-z0-9_]{1,64}$/,
    "letters, digits and underscores",
  ),
  modelRepository: pattern(
    {
      env: "GATEWAY_MODEL_REPOSITORY",
      default: "model_repository",
      doc: "Folder with one folder a model, relative to the project unless absolute",
    },
    /^[^\0]{1,4096}$/,
    "a path",
  ),
  apiKeys: secretList({
    env: "GATEWAY_API_KEYS",
    default: "",
    doc: "Keys of which clients must send one as a bearer token; empty lets everyone in",
  }),
  requestTimeoutMs: integer(
    {
      env: "GATEWAY_REQUEST_TIMEOUT_MS",
      default: "10000",
      unit: "ms",
      doc: "Deadline of a request, from its head to its reply",
    },
    10,
    600_000,
  ),
  bodyTimeoutMs: integer(
    {
      env: "GATEWAY_BODY_TIMEOUT_MS",
      default: "5000",
      unit: "ms",
      doc: "Time a body may take to arrive, so that slow uploads cannot sit on permits",
    },
    10,
    600_000,
  ),
  imageTimeoutMs: integer(
    {
      env: "GATEWAY_IMAGE_TIMEOUT_MS",
      default: "5000",
      unit: "ms",
      doc: "Time one image may take to decode and resize; its worker is replaced after that",
    },
    10,
    600_000,
  ),
  drainDelayMs: integer(
    {
      env: "GATEWAY_DRAIN_DELAY_MS",
      default: "0",
      unit: "ms",
      doc: "Time between SIGTERM and refusing connections, for load balancers to notice",
    },
    0,
    120_000,
  ),
  drainTimeoutMs: integer(
    {
      env: "GATEWAY_DRAIN_TIMEOUT_MS",
      default: "15000",
      unit: "ms",
      doc: "Time requests in flight get to finish at shutdown before the process exits anyway",
    },
    0,
    600_000,
  ),
  bodyBytesMax: integer(
    {
      env: "GATEWAY_BODY_BYTES_MAX",
      default: String(32 * MIB),
      unit: "bytes",
      doc: "Size of a request's body",
    },
    1024,
    1024 * MIB,
  ),
  imageBytesMax: integer(
    {
      env: "GATEWAY_IMAGE_BYTES_MAX",
      default: String(DEFAULT_LIMITS.bytesMax),
      unit: "bytes",
      doc: "Size of one encoded image",
    },
    1024,
    512 * MIB,
  ),
  imagePixelsMax: integer(
    {
      env: "GATEWAY_IMAGE_PIXELS_MAX",
      default: String(DEFAULT_LIMITS.pixelsMax),
      unit: "pixels",
      doc: "Width × height of one image; decoding holds 3 to 13 bytes a pixel",
    },
    1,
    200_000_000,
  ),
  imageScansMax: integer(
    {
      env: "GATEWAY_IMAGE_SCANS_MAX",
      default: String(DEFAULT_LIMITS.scansMax),
      unit: "scans",
      doc: "Scans of one progressive JPEG; each costs a pass over all its blocks",
    },
    1,
    10_000,
  ),
  requestImagesMax: integer(
    {
      env: "GATEWAY_REQUEST_IMAGES_MAX",
      default: "32",
      unit: "images",
      doc: "Images in one request",
    },
    1,
    1024,
  ),
  slots: integer(
    {
      env: "GATEWAY_SLOTS",
      default: "256",
      unit: "inputs",
      doc: "Model inputs in flight, 602,112 bytes each for a 224 px FP32 model",
    },
    1,
    4096,
  ),
  inflightRequestsMax: integer(
    {
      env: "GATEWAY_INFLIGHT_REQUESTS_MAX",
      default: "256",
      unit: "requests",
      doc: "Requests in flight; one more is answered 429 before its body is read",
    },
    1,
    65_536,
  ),
  inflightBytesMax: integer(
    {
      env: "GATEWAY_INFLIGHT_BYTES_MAX",
      default: String(256 * MIB),
      unit: "bytes",
      doc:
        "Bodies in flight, in sum; a body without a declared length counts as the largest allowed",
    },
    1024,
    16 * 1024 * MIB,
  ),
  inflightPixelsMax: integer(
    {
      env: "GATEWAY_INFLIGHT_PIXELS_MAX",
      default: "200000000",
      unit: "pixels",
      doc: "Pixels of the images in flight, in sum",
    },
    1,
    10_000_000_000,
  ),
  cacheBytes: integer(
    {
      env: "GATEWAY_CACHE_BYTES",
      default: "0",
      unit: "bytes",
      doc: "Memory for embeddings of files seen before, 3,072 each at 512 floats; 0 keeps none",
    },
    0,
    8 * 1024 * MIB,
  ),
  decode: oneOf(
    {
      env: "GATEWAY_DECODE",
      default: "exact",
      doc:
        "How JPEGs are decoded where a request does not say: as Pillow does, or large ones smaller and sooner",
    },
    ["exact", "fast"],
  ),
  fastDecodeScaleMin: integer(
    {
      env: "GATEWAY_FAST_DECODE_SCALE_MIN",
      default: String(DEFAULT_FAST_SCALE_MIN),
      unit: "× the model's size",
      doc: "What fast decoding leaves of the shorter side, at least; part of the preprocess id",
    },
    1,
    16,
  ),
  decodeWorkers: integer(
    {
      env: "GATEWAY_DECODE_WORKERS",
      default: "0",
      unit: "threads",
      doc: "Threads that decode and resize; 0 takes one a core and one more",
    },
    0,
    256,
  ),
  modelThreads: integer(
    {
      env: "GATEWAY_MODEL_THREADS",
      default: "0",
      unit: "threads",
      doc: "Threads of the embedded engine inside one inference; 0 takes one a core",
    },
    0,
    256,
  ),
  batchImagesMax: integer(
    {
      env: "GATEWAY_BATCH_IMAGES_MAX",
      default: "8",
      unit: "images",
      doc: "Images in one inference of the embedded engine",
    },
    1,
    32,
  ),
  batchDelayMsMax: integer(
    {
      env: "GATEWAY_BATCH_DELAY_MS_MAX",
      default: "0",
      unit: "ms",
      doc: "Time the embedded engine waits for a batch to fill; 0 batches only what waits anyway",
    },
    0,
    1000,
  ),
  readySecondsMax: integer(
    {
      env: "GATEWAY_READY_SECONDS_MAX",
      default: "30",
      unit: "s",
      doc: "Age of the last good embedding up to which /readyz needs no canary",
    },
    1,
    3600,
  ),
  logLevel: oneOf(
    {
      env: "GATEWAY_LOG_LEVEL",
      default: "info",
      doc: "Least severe level that is logged; info logs no single good request",
    },
    ["debug", "info", "warn", "error"],
  ),
} as const;
