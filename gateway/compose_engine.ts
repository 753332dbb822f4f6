/** Builds the engine of a model: the only file that names concrete ones, and loads no other than that one. */
import type { Golden } from "../models/contract/golden.ts";
import type { ModelManifest } from "../models/contract/manifest.ts";
import type { ModelFolder } from "../models/repository/model_folder.ts";
import type { Config } from "./config/config_fields.ts";
import { modelThreadCount } from "./effective_config.ts";
import type { Engine } from "./engine/engine.ts";
import type { ModelTelemetry } from "./telemetry/events.ts";
import type { HeldRegion } from "./work/held_region.ts";

/** What an engine is built from. */
export interface EngineSetup {
  readonly config: Config;
  readonly manifest: ModelManifest;
  readonly folder: ModelFolder;
  readonly golden: Golden;
  readonly telemetry: ModelTelemetry;
  /** How many isolates serve; several each run a small model on their own thread, and share the slots. */
  readonly isolates: number;
  readonly regions?: RegionKeeper | undefined;
}

/** Keeps account of shared memory for threads that may end without a word. */
export interface RegionKeeper {
  /** Held by threads that did. */
  readonly orphans: readonly HeldRegion[];
  readonly onRegion: (region: HeldRegion) => void;
}

/**
 * Builds the engine that the configuration names; the stack takes it down.
 *
 * @throws {Error} when it cannot serve the model.
 */
export async function composeEngine(
  setup: EngineSetup,
  stack: AsyncDisposableStack,
): Promise<Engine> {
  return setup.config.engine === "embedded"
    ? await createEmbedded(setup, stack)
    : await createTriton(setup, stack);
}

async function createEmbedded(
  { config, manifest, folder, telemetry, isolates }: EngineSetup,
  stack: AsyncDisposableStack,
): Promise<Engine> {
  const { EmbeddedEngine } = await import("./engine/onnx/embedded_engine.ts");
  return stack.use(
    await EmbeddedEngine.create({
      manifest,
      ...await folder.onnx(),
      slots: slotsOf(config, isolates),
      batchImagesMax: Math.min(config.batchImagesMax, manifest.max_batch_size),
      batchDelayMsMax: config.batchDelayMsMax,
      threads: modelThreadCount(config, manifest),
      requestTimeoutMs: config.requestTimeoutMs,
      runsInline: isolates > 1,
      onBatch: (images, seconds) => telemetry.batchRan(images, seconds),
      onRestart: (reason) => telemetry.engineRestarted(reason),
    }),
  );
}

/**
 * Slots of one isolate: its part, or a request's, so that one of many images leaves some to others, and what connections
 * that are dealt out by chance may bring beyond it, four standard deviations. All isolates together hold no more than `slots` inputs; that is admission's to count.
 */
function slotsOf({ slots, requestImagesMax }: Config, isolates: number): number {
  if (isolates === 1) return slots;
  const part = slots / isolates;
  return Math.min(slots, Math.ceil(Math.max(part, requestImagesMax) + 4 * Math.sqrt(part)));
}

async function createTriton(
  { config, manifest, golden, telemetry, isolates, regions }: EngineSetup,
  stack: AsyncDisposableStack,
): Promise<Engine> {
  const [{ TritonEngine }, { TritonServer }, { slotBytes }] = await Promise.all([
    import("./engine/triton/triton_engine.ts"),
    import("./engine/triton/triton_server.ts"),
    import("./engine/triton/slot_memory.ts"),
  ]);
  const slots = slotsOf(config, isolates);
  const server = stack.use(
    TritonServer.create({
      url: config.tritonUrl,
      sharedMemory: config.tritonSharedMemory,
      regionBytes: slotBytes(manifest.input, slots),
      ...regions,
    }),
  );
  return stack.use(
    await TritonEngine.create({
      server,
      manifest,
      modelDigest: golden.modelSha256,
      slots,
      watchesModel: config.cacheBytes > 0,
      onLink: (change) =>
        telemetry.upstreamChanged(
          change.isUp ? { isUp: true, ...change.connection } : { ...change, url: config.tritonUrl },
        ),
    }),
  );
}
