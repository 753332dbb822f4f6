/** The model: what computes it, what is kept of it, and when it is trusted. */
import { integer, oneOf, pattern } from "./config_field.ts";

const MIB = 1024 * 1024;

/** By the name their value has in `Config`. */
export const MODEL_FIELDS = {
  engine: oneOf(
    { env: "GATEWAY_ENGINE", default: "embedded", doc: "What computes embeddings" },
    ["embedded", "triton"],
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
} as const;
