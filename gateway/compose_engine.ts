/** Builds the engines of models: the only file that names concrete ones, and loads no other than those. */
import type { Golden } from "../models/contract/golden.ts";
import type { ModelManifest } from "../models/contract/manifest.ts";
import type { ModelFolder } from "../models/repository/model_folder.ts";
import type { Config } from "./config/config_fields.ts";
import { modelThreadCount } from "./effective_config.ts";
import type { Engine } from "./engine/engine.ts";
import type { ModelTelemetry } from "./telemetry/events.ts";
import type { HeldRegion } from "./work/held_region.ts";

/** What all engines of a gateway are built from. */
export interface EnginesSetup {
  readonly config: Config;
  /** Of all models: they share threads, and what is had of a server. */
  readonly manifests: readonly ModelManifest[];
  /** How many isolates serve; several each run a small model on their own thread, and share the slots. */
  readonly isolates: number;
  readonly regions?: RegionKeeper | undefined;
}

/** The model that an engine is for. */
interface EngineModel {
  readonly manifest: ModelManifest;
  readonly folder: ModelFolder;
  /** What is asked of a server; it chooses where nothing is said. */
  readonly version: string | undefined;
  readonly golden: Golden;
  readonly telemetry: ModelTelemetry;
}

/** Keeps account of shared memory for threads that may end without a word. */
export interface RegionKeeper {
  /** Held by threads that did. */
  readonly orphans: readonly HeldRegion[];
  readonly onRegion: (region: HeldRegion) => void;
}

/** Builds the engine of one model; see `composeEngines()`. */
export type EngineMaker = (model: EngineModel) => Promise<Engine>;

/**
 * Gives what builds engines as the configuration has them; the stack takes them down, and what they have in common.
 *
 * @throws {Error} when shared memory is insisted on and cannot be had; from what it gives, when an engine cannot serve its
 * model.
 */
export async function composeEngines(
  setup: EnginesSetup,
  stack: AsyncDisposableStack,
): Promise<EngineMaker> {
  return setup.config.engine === "embedded"
    ? await embeddedEngines(setup, stack)
    : await tritonEngines(setup, stack);
}

async function embeddedEngines(
  { config, manifests, isolates }: EnginesSetup,
  stack: AsyncDisposableStack,
): Promise<EngineMaker> {
  const { EmbeddedEngine } = await import("./engine/onnx/embedded_engine.ts");
  return async ({ manifest, folder, telemetry }) =>
    stack.use(
      await EmbeddedEngine.create({
        manifest,
        ...await folder.onnx(),
        slots: slotsOf(config, manifest, isolates),
        batchImagesMax: Math.min(config.batchImagesMax, manifest.max_batch_size),
        batchDelayMsMax: config.batchDelayMsMax,
        threads: modelThreadCount(config, manifest, manifests),
        requestTimeoutMs: config.requestTimeoutMs,
        runsInline: isolates > 1,
        onBatch: (images, seconds) => telemetry.batchRan(images, seconds),
        onRestart: (reason) => telemetry.engineRestarted(reason),
      }),
    );
}

/**
 * A model's slots in one isolate: its part, or a request's, so that one of many images leaves some to others, and what
 * connections that are dealt out by chance may bring beyond it, four standard deviations. All isolates together hold no
 * more than `slots` inputs of a model; that is admission's to count.
 */
export function slotsOf(
  { slots, requestImagesMax }: Config,
  { modality }: Pick<ModelManifest, "modality">,
  isolates: number,
): number {
  // Token ids are small, and one request may have as many texts as there are slots.
  if (isolates === 1 || modality === "text") return slots;
  const part = slots / isolates;
  return Math.min(slots, Math.ceil(Math.max(part, requestImagesMax) + 4 * Math.sqrt(part)));
}

async function tritonEngines(
  { config, manifests, isolates, regions }: EnginesSetup,
  stack: AsyncDisposableStack,
): Promise<EngineMaker> {
  const [{ TritonEngine }, { TritonServer }, { slotBytes }] = await Promise.all([
    import("./engine/triton/triton_engine.ts"),
    import("./engine/triton/triton_server.ts"),
    import("./engine/triton/slot_memory.ts"),
  ]);
  const slotsFor = (manifest: ModelManifest) => slotsOf(config, manifest, isolates);
  const server = stack.use(
    TritonServer.create({
      url: config.tritonUrl,
      sharedMemory: config.tritonSharedMemory,
      regionBytes: manifests.reduce(
        (sum, manifest) => sum + slotBytes(manifest.input, slotsFor(manifest)),
        0,
      ),
      ...regions,
    }),
  );
  return async ({ manifest, version, golden, telemetry }) =>
    stack.use(
      await TritonEngine.create({
        server,
        manifest,
        version,
        modelDigest: golden.modelSha256,
        slots: slotsFor(manifest),
        watchesModel: config.cacheBytes > 0,
        onLink: (change) =>
          telemetry.upstreamChanged(
            change.isUp
              ? { isUp: true, ...change.connection }
              : { ...change, url: config.tritonUrl },
          ),
      }),
    );
}
