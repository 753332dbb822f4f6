/** The model: what computes it, what is kept of it, and when it is trusted. */
import { checked, integer, list, oneOf, pattern } from "./config_field.ts";
import { isModelAlias, isModelRef } from "./model_names.ts";
import { tritonUrl } from "./triton_url.ts";

const MIB = 1024 * 1024;
/** More have no room beside each other on any machine. */
const MODELS_MAX = 16;
const ALIASES_MAX = 64;

/** By the name their value has in `Config`. */
export const MODEL_FIELDS = {
  engine: oneOf("GATEWAY_ENGINE", {
    default: "embedded",
    values: ["embedded", "triton"],
    doc: "What computes embeddings",
  }),
  models: list("GATEWAY_MODELS", {
    default: "dct_512",
    allowed: `up to ${MODELS_MAX} of NAME or NAME:VERSION, separated by commas`,
    itemsMax: MODELS_MAX,
    isAllowed: isModelRef,
    doc:
      "Folders of the models in the repository that are served; the first that embeds photos, and the first that embeds " +
      "texts, answer who names none",
  }),
  model: checked("GATEWAY_MODEL", {
    default: "",
    allowed: "NAME or NAME:VERSION: letters, digits, underscores; a number",
    isAllowed: (value) => value === "" || isModelRef(value),
    doc: "Short for GATEWAY_MODELS with one model",
  }),
  modelAliases: list("GATEWAY_MODEL_ALIASES", {
    default: "",
    allowed: `up to ${ALIASES_MAX} of ALIAS=NAME or ALIAS=NAME:VERSION, separated by commas`,
    itemsMax: ALIASES_MAX,
    isAllowed: isModelAlias,
    doc: "Other names that requests may give served models, such as those of their checkpoints",
  }),
  modelRepository: pattern("GATEWAY_MODEL_REPOSITORY", {
    default: "model_repository",
    // Deno's tasks make a blank of a line's end, so the grant would be another folder's.
    regex: /^[^\0\r\n]{1,4096}$/,
    allowed: "a path without line breaks",
    doc: "Folder with one folder a model, relative to the project unless absolute",
  }),
  tritonUrl: tritonUrl("GATEWAY_TRITON_URL", {
    default: "http://127.0.0.1:8001",
    doc: "gRPC address of Triton, for the engine triton",
  }),
  tritonSharedMemory: oneOf("GATEWAY_TRITON_SHM", {
    default: "auto",
    values: ["auto", "on", "off"],
    doc:
      "Whether tensors go to Triton through shared memory: where it sees the same one, always, or never",
  }),
  slots: integer("GATEWAY_SLOTS", {
    default: 256,
    unit: "inputs",
    range: [1, 4096],
    doc: "Inputs of each model in flight, 602,112 bytes each for a 224 px FP32 model",
  }),
  modelThreads: integer("GATEWAY_MODEL_THREADS", {
    default: 0,
    unit: "threads",
    range: [0, 256],
    doc:
      "Threads of the embedded engine inside one inference; 0 takes one a core, or one where a model has no weights",
  }),
  batchImagesMax: integer("GATEWAY_BATCH_IMAGES_MAX", {
    default: 8,
    unit: "images",
    range: [1, 32],
    doc: "Images in one inference of the embedded engine",
  }),
  batchDelayMsMax: integer("GATEWAY_BATCH_DELAY_MS_MAX", {
    default: 0,
    unit: "ms",
    range: [0, 1000],
    doc: "Time the embedded engine waits for a batch to fill; 0 batches only what waits anyway",
  }),
  cacheBytes: integer("GATEWAY_CACHE_BYTES", {
    default: 0,
    unit: "bytes",
    range: [0, 8 * 1024 * MIB],
    doc: "Memory for embeddings of files seen before, 3,072 each at 512 floats; 0 keeps none",
  }),
  readySecondsMax: integer("GATEWAY_READY_SECONDS_MAX", {
    default: 30,
    unit: "s",
    range: [1, 3600],
    doc: "Age of the last good embedding up to which /readyz needs no canary",
  }),
  serveUnproven: oneOf("GATEWAY_SERVE_UNPROVEN", {
    default: "off",
    values: ["on", "off"],
    doc:
      "Whether photos are embedded, and not answered 503, while the canary gets another embedding than at the export",
  }),
} as const;
