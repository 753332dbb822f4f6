/**
 * The architecture as data: which folders the files of a folder may import from, and which names are kept to one
 * place. `check_layers.ts` and the lint plugin hold the code to it.
 */

/** A folder, with the folders below it that have no row of their own. */
export interface Layer {
  readonly folder: string;
  /** Rows above, or whole houses: `gateway` is all of it, `gateway/engine` that row alone. */
  readonly imports: readonly string[];
}

/** A package or a global's member that production code uses in few files only. */
export interface SinglePlace {
  readonly names: readonly string[];
  readonly places: RegExp;
}

const CODECS = ["contract", "header", "resize", "kernel"].map((name) => `preprocess/${name}`);
const BELOW_GATEWAY = ["command", "proto", "preprocess", "tokenize", "triton", "models"];
const CONTRACTS = ["models/contract", "gateway/contract"];
const PRODUCTION = [...BELOW_GATEWAY, "gateway"];

/** Programs, lowest first: a row names rows above it, so imports run one way. Types are imports like others. */
export const LAYERS: readonly Layer[] = [
  { folder: "command", imports: [] },
  { folder: "proto", imports: [] },
  { folder: "files", imports: [] },

  { folder: "preprocess/contract", imports: [] },
  { folder: "preprocess/header", imports: ["preprocess/contract"] },
  { folder: "preprocess/resize", imports: ["preprocess/contract"] },
  { folder: "preprocess/kernel", imports: ["preprocess/contract", "preprocess/resize"] },
  { folder: "preprocess/scaled_jpeg", imports: CODECS },
  { folder: "preprocess/decode", imports: [...CODECS, "preprocess/scaled_jpeg"] },
  { folder: "preprocess", imports: [...CODECS, "preprocess/scaled_jpeg", "preprocess/decode"] },

  { folder: "tokenize/clean", imports: [] },
  { folder: "tokenize", imports: ["tokenize/clean"] },

  { folder: "triton/http2", imports: [] },
  { folder: "triton", imports: ["proto", "triton/http2"] },

  { folder: "models/contract", imports: ["preprocess/contract"] },
  { folder: "models/graph", imports: ["models/contract", "proto"] },
  { folder: "models/weights", imports: ["models/contract"] },
  { folder: "models/open_clip", imports: ["models/contract", "preprocess/contract"] },
  {
    folder: "models/repository",
    imports: ["command", "models/contract", "models/graph", "models/weights"],
  },
  {
    folder: "models/export",
    imports: [
      ...["command", "preprocess", "tokenize", "models/contract", "models/graph"],
      ...["models/weights", "models/open_clip", "models/repository"],
    ],
  },

  { folder: "gateway/contract", imports: ["models/contract", "preprocess/contract"] },
  { folder: "gateway/config", imports: ["command", "gateway/contract", "preprocess/contract"] },
  { folder: "gateway/telemetry", imports: ["gateway/contract"] },
  { folder: "gateway/fence", imports: ["gateway/config", "models/repository", "triton"] },
  {
    folder: "gateway/work",
    imports: ["gateway/contract", "gateway/telemetry", "preprocess", "triton"],
  },
  {
    folder: "gateway/engine",
    imports: ["gateway/contract", "gateway/telemetry", "gateway/work", "models/contract"],
  },
  // Nobody names these two but who composes the gateway.
  {
    folder: "gateway/engine/onnx",
    imports: ["gateway/contract", "gateway/work", "gateway/engine", "models/contract"],
  },
  {
    folder: "gateway/engine/triton",
    imports: ["gateway/contract", "gateway/work", "gateway/engine", "models/contract", "triton"],
  },
  {
    folder: "gateway/embed",
    imports: [
      ...["gateway/contract", "gateway/telemetry", "gateway/work", "gateway/engine"],
      ...["models/contract", "preprocess", "tokenize"],
    ],
  },
  {
    folder: "gateway/remote_images",
    imports: ["gateway/contract", "gateway/config", "gateway/work"],
  },
  { folder: "gateway/http/codec", imports: [...CONTRACTS, "preprocess/header"] },
  { folder: "gateway/http/dialects", imports: [...CONTRACTS, "proto", "gateway/http/codec"] },
  {
    folder: "gateway/http/openapi",
    imports: ["gateway/contract", "gateway/http/codec", "gateway/http/dialects"],
  },
  {
    folder: "gateway/http",
    imports: [
      ...["gateway/contract", "gateway/config", "gateway/telemetry", "gateway/work"],
      ...["gateway/engine", "gateway/embed", "gateway/http/codec", "gateway/http/dialects"],
      ...["gateway/http/openapi", "gateway/remote_images", "models/contract", "preprocess"],
    ],
  },
  {
    folder: "gateway/isolates",
    imports: [
      ...["gateway/contract", "gateway/config", "gateway/telemetry", "gateway/work"],
      ...["gateway/embed", "gateway/http", "models/contract"],
    ],
  },
  {
    folder: "gateway",
    imports: [
      ...BELOW_GATEWAY,
      ...["contract", "config", "telemetry", "work", "engine", "engine/onnx", "engine/triton"]
        .map((name) => `gateway/${name}`),
      ...["gateway/embed", "gateway/http/codec", "gateway/http/dialects"],
      ...["gateway/http/openapi", "gateway/http"],
      ...["gateway/isolates", "gateway/fence", "gateway/remote_images"],
    ],
  },

  // A library of its own: of the gateway it knows what clients and code agree on.
  { folder: "client", imports: ["gateway/contract"] },
  { folder: "client/shrink", imports: ["client", "preprocess"] },
  { folder: "client/npm", imports: ["command", "client", "gateway/config"] },
  // What only Deno can do, and is handed to the library.
  { folder: "client/deno", imports: ["client", "gateway"] },

  { folder: "photos/library", imports: [] },
  {
    folder: "photos/scan",
    imports: ["photos/library", "preprocess/contract", "preprocess/header"],
  },
  { folder: "photos/embed", imports: ["client", "gateway", "photos/library", "photos/scan"] },
  { folder: "photos/groups", imports: ["proto", "photos/library"] },
  { folder: "photos/pairs", imports: ["photos/library", "photos/groups"] },
  {
    folder: "photos/quality",
    imports: [
      "preprocess",
      "preprocess/contract",
      "preprocess/decode",
      "photos/library",
      "photos/scan",
    ],
  },
  { folder: "photos/trash", imports: ["photos/library", "photos/scan"] },
  {
    folder: "photos/thumbnails",
    imports: [
      ...["contract", "header", "resize", "decode"].map((name) => `preprocess/${name}`),
      ...["preprocess", "client/shrink", "photos/scan"],
    ],
  },
  {
    folder: "photos/review",
    imports: [
      ...["photos/library", "photos/scan", "photos/groups", "photos/pairs"],
      "photos/thumbnails",
    ],
  },
  { folder: "photos/export", imports: ["files", "photos/library"] },
  {
    folder: "photos/search",
    imports: ["client", "photos/library", "photos/embed", "photos/groups"],
  },
  {
    folder: "photos/commands",
    imports: [
      ...["command", "client", "photos/library", "photos/scan", "photos/embed", "photos/groups"],
      ...["photos/pairs", "photos/quality", "photos/export", "photos/search"],
      ...["photos/trash", "photos/review"],
    ],
  },
  {
    folder: "photos",
    imports: [
      ...["command", "gateway/config", "photos/library", "photos/embed", "photos/groups"],
      "photos/export",
      "photos/commands",
    ],
  },
  { folder: "bulk", imports: ["command", "files", "client", "gateway/contract"] },
  { folder: "deploy", imports: [] },
  { folder: "testing", imports: [...PRODUCTION, "client", "photos", "bulk", "deploy"] },
  { folder: "demo", imports: [...PRODUCTION, "testing"] },
  { folder: "bench", imports: [...PRODUCTION, "testing"] },
  { folder: "capacity", imports: ["command", "testing", "bench"] },
  {
    folder: "testing/line",
    imports: ["command", "gateway/contract", "client", "testing", "bench"],
  },
  { folder: "tools", imports: [...PRODUCTION, "deploy", "testing", "bench", "capacity"] },
];

/** Programs: they alone read the environment and set the exit code. */
const ENTRY_POINTS = /(?:^|[/_])main\.ts$/;

/** Hold for production code. */
export const SINGLE_PLACES: readonly SinglePlace[] = [
  {
    names: ["Deno.env", "Deno.exit", "process.env", "process.exit", "process.exitCode"],
    places: ENTRY_POINTS,
  },
  { names: ["Deno.exitCode", "node:process"], places: /(?:^|[/_])main\.ts$|^command\// },
  { names: ["@opentelemetry/api"], places: /^gateway\/telemetry\/tracing\.ts$/ },
  { names: ["prom-client"], places: /^gateway\/telemetry\/metrics\w*\.ts$/ },
  {
    names: ["onnxruntime-node"],
    places:
      /^gateway\/engine\/onnx\/(?:batch_tensor|onnx_model)\.ts$|^models\/export\/|^photos\/groups\/exact_pairs\.ts$/,
  },
  {
    names: ["Deno.dlopen"],
    places:
      /^preprocess\/decode\/jpeg\/\w*turbojpeg\w*\.ts$|^triton\/\w*shm\w*\.ts$|^gateway\/fence\/linux_calls\.ts$/,
  },
];
