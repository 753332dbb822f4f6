/** What a configuration comes to on this machine and with these models: the numbers that settings leave open. */
import { isAbsolute } from "node:path";
import type { ModelManifest } from "../models/contract/manifest.ts";
import type { Config } from "./config/config_fields.ts";
import { type MemorySource, SYSTEM_MEMORY, withMemoryBudget } from "./config/memory_budget.ts";
import { repositoryPath } from "./configured_model.ts";
import { isolateCount } from "./isolates/isolate_count.ts";

/** A configuration that leaves nothing open but the port. */
export interface EffectiveConfig {
  readonly config: Config;
  /** Of the values that differ from what was set, where they come from, in words. */
  readonly origins: Readonly<Partial<Record<keyof Config, string>>>;
}

type Manifest = Pick<ModelManifest, "weights" | "max_batch_size">;

/** Decides what a configuration leaves to the machine and the models. */
export function effectiveConfig(
  asked: Config,
  manifests: readonly Manifest[],
  memory: MemorySource = SYSTEM_MEMORY,
): EffectiveConfig {
  const isolates = isolateCount(asked, manifests);
  const isEmbedded = asked.engine === "embedded";
  const config = {
    ...withMemoryBudget(asked, memory),
    isolates,
    modelRepository: repositoryPath(asked.modelRepository),
    decodeWorkers: decodeWorkerCount(asked),
    imageCostMsMax: Math.min(asked.imageCostMsMax, asked.imageTimeoutMs),
    ...isEmbedded && {
      modelThreads: isolates > 1 ? 1 : modelThreadsOf(asked, manifests),
      batchImagesMax: Math.min(
        asked.batchImagesMax,
        Math.max(...manifests.map((manifest) => manifest.max_batch_size)),
      ),
    },
  };
  const reasons: Partial<Record<keyof Config, string>> = {
    ...asked.port === 0 && { port: "a free one, chosen at the start" },
    memoryBytesMax: "by the memory that this process may have",
    isolates: asked.isolates === 0
      ? isolates > 1 ? "one a core" : "one, as these models or this system allow no more"
      : "embedded models of which one has weights, and systems other than Linux, have one",
    ...!isAbsolute(asked.modelRepository) && { modelRepository: "within the project" },
    decodeWorkers: "one a core and one more",
    imageCostMsMax: "no more than GATEWAY_IMAGE_TIMEOUT_MS",
    modelThreads: isolates > 1
      ? "one, as every isolate runs the model itself"
      : "one a core where a model has weights, else one",
    batchImagesMax: "no more than any model's max_batch_size",
  };
  const differing = Object.entries(reasons).filter(([name]) =>
    name === "port" || config[name as keyof Config] !== asked[name as keyof Config]
  );
  return { config, origins: Object.fromEntries(differing) };
}

/** Threads that decode, of all isolates together. One more than cores, as one that is done waits for its next image. */
export function decodeWorkerCount({ decodeWorkers }: Pick<Config, "decodeWorkers">): number {
  return decodeWorkers || navigator.hardwareConcurrency + 1;
}

/** Threads inside inferences, of all models with weights together. */
function modelThreadsOf(
  { modelThreads }: Pick<Config, "modelThreads">,
  manifests: readonly Pick<ModelManifest, "weights">[],
): number {
  return modelThreads || (manifests.some(hasWeights) ? navigator.hardwareConcurrency : 1);
}

/**
 * Threads inside one inference of a model: models with weights divide them, as all may be asked at once. Sharing out a
 * model as small as one without weights takes longer than running it.
 */
export function modelThreadCount(
  config: Pick<Config, "modelThreads">,
  manifest: Pick<ModelManifest, "weights">,
  manifests: readonly Pick<ModelManifest, "weights">[],
): number {
  const total = modelThreadsOf(config, manifests);
  const weighty = manifests.filter(hasWeights).length;
  if (weighty === 0) return total;
  return hasWeights(manifest) ? Math.max(1, Math.floor(total / weighty)) : 1;
}

function hasWeights({ weights }: Pick<ModelManifest, "weights">): boolean {
  return weights !== undefined;
}
