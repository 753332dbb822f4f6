/**
 * The architecture as data: which layer a file belongs to, and which imports and globals are kept to one place.
 * `check_layers.ts` is the program that holds the code to it. Patterns are those of `path_pattern.ts`.
 */

/** Files of a layer. The first row that matches a path decides. */
export interface LayerRow {
  readonly pattern: string;
  readonly layer: number;
}

/** Imports that the order of the layers would allow and the design does not. */
export interface ForbiddenImport {
  readonly from: readonly string[];
  /** Files of `from` that are free to do it. */
  readonly except?: readonly string[];
  readonly to: readonly string[];
  /** Type-only imports are allowed, even upwards. */
  readonly typesAllowed: boolean;
  /** The rule in words, as the end of the printed problem. */
  readonly reason: string;
}

/** A package or a global's member that production code uses in few places only. */
export interface SinglePlace {
  readonly names: readonly string[];
  readonly places: readonly string[];
}

/** The whole architecture, as `checkLayers()` takes it. */
export interface LayerTable {
  readonly rows: readonly LayerRow[];
  /** Hold for production code; tests are free to reach for anything. */
  readonly forbidden: readonly ForbiddenImport[];
  /** Hold for production code. */
  readonly singlePlaces: readonly SinglePlace[];
}

/** Programs: they alone read the environment and set the exit code. */
export const ENTRY_POINTS: readonly string[] = ["**/main.ts", "**/*_main.ts"];

/** The layers of this repository, L0 to L6. */
export const LAYERS: readonly LayerRow[] = [
  { pattern: "**/*_test.ts", layer: 6 },
  ...ENTRY_POINTS.map((pattern) => ({ pattern, layer: 6 })),
  { pattern: "bench/**", layer: 6 },
  { pattern: "client/**", layer: 6 },
  { pattern: "demo/**", layer: 6 },
  { pattern: "testing/**", layer: 6 },
  { pattern: "tools/**", layer: 6 },

  { pattern: "gateway/config*.ts", layer: 0 },
  { pattern: "gateway/errors.ts", layer: 0 },
  { pattern: "gateway/deadline.ts", layer: 0 },
  { pattern: "gateway/l2.ts", layer: 0 },
  { pattern: "gateway/version.ts", layer: 0 },
  { pattern: "model/**", layer: 0 },
  { pattern: "proto/**", layer: 0 },

  { pattern: "exporter/**", layer: 1 },
  { pattern: "triton/**", layer: 1 },
  { pattern: "gateway/image/**", layer: 1 },
  { pattern: "gateway/workers/**", layer: 1 },
  { pattern: "gateway/telemetry/**", layer: 1 },
  { pattern: "gateway/engine/engine.ts", layer: 1 },
  { pattern: "gateway/engine/slots.ts", layer: 1 },

  { pattern: "gateway/engine/**", layer: 2 },
  { pattern: "gateway/batching/**", layer: 2 },
  { pattern: "gateway/caching/**", layer: 2 },

  { pattern: "gateway/pipeline.ts", layer: 3 },
  { pattern: "gateway/cached_pipeline.ts", layer: 3 },
  { pattern: "gateway/readiness.ts", layer: 3 },
  { pattern: "gateway/canary.ts", layer: 3 },

  { pattern: "gateway/http/**", layer: 4 },

  { pattern: "gateway/compose.ts", layer: 5 },
  { pattern: "gateway/gateway_info.ts", layer: 5 },
];

const PRODUCTION = [
  "gateway/**",
  "triton/**",
  "proto/**",
  "exporter/**",
  "model/**",
];

const FORBIDDEN: readonly ForbiddenImport[] = [
  {
    from: PRODUCTION,
    to: ["testing/**", "bench/**", "demo/**", "tools/**", "**/*_test.ts"],
    typesAllowed: false,
    reason: "production code imports no tests, benches, demos and tools",
  },
  {
    from: ["triton/**"],
    to: ["gateway/**"],
    typesAllowed: false,
    reason: "triton/ knows nothing of gateway/",
  },
  {
    from: ["proto/**", "model/**", "exporter/**"],
    // The program makes the golden input by the gateway's own preprocessing.
    except: ["exporter/main.ts"],
    to: ["gateway/**"],
    typesAllowed: false,
    reason: "proto/, model/ and exporter/ know nothing of gateway/",
  },
  {
    from: ["gateway/**"],
    except: ["gateway/compose.ts", "gateway/engine/**"],
    to: ["gateway/engine/*_engine.ts"],
    typesAllowed: false,
    reason: "only compose.ts names a concrete engine",
  },
  {
    from: [
      "gateway/config*.ts",
      "gateway/errors.ts",
      "gateway/deadline.ts",
      "gateway/image/**",
      "gateway/engine/**",
      "gateway/batching/**",
      "gateway/caching/**",
    ],
    to: ["gateway/telemetry/**"],
    typesAllowed: true,
    reason: "L0 to L2 import types of telemetry only",
  },
];

const SINGLE_PLACES: readonly SinglePlace[] = [
  {
    names: [
      "Deno.env",
      "Deno.exit",
      "Deno.exitCode",
      "process.env",
      "process.exit",
      "process.exitCode",
      "node:process",
    ],
    places: ENTRY_POINTS,
  },
  { names: ["prom-client"], places: ["gateway/telemetry/metrics.ts"] },
  {
    names: ["onnxruntime-node"],
    places: ["gateway/engine/*worker*.ts", "exporter/**"],
  },
  {
    names: ["Deno.dlopen"],
    places: [
      "gateway/image/*turbojpeg*.ts",
      "triton/*shm*.ts",
      "triton/*posix*.ts",
    ],
  },
];

/** The architecture of this repository. */
export const LAYER_TABLE: LayerTable = {
  rows: LAYERS,
  forbidden: FORBIDDEN,
  singlePlaces: SINGLE_PLACES,
};
