/** What a served model is built with, and which of its parts tests replace. */
import type { ImageOptions } from "../preprocess/contract/image_options.ts";
import type { RegionKeeper } from "./compose_engine.ts";
import type { Config } from "./config/config_fields.ts";
import type { ImageWorkers } from "./embed/photo_encoder.ts";
import type { ReadinessVerdict } from "./embed/served_model.ts";
import type { Engine } from "./engine/engine.ts";
import type { Telemetry } from "./telemetry/events.ts";
import type { Metrics } from "./telemetry/metrics.ts";

/** Parts of a model that tests put in place of its own. */
export interface ModelParts {
  readonly engine: Engine;
  /** Decode in place of the pool. */
  readonly imageWorkers: ImageWorkers;
  readonly preprocessId: (options: ImageOptions) => string;
  readonly readiness: ReadinessVerdict;
  readonly regions: RegionKeeper;
}

/** What a model is built with. */
export interface ModelSetup {
  readonly config: Config;
  readonly telemetry: Telemetry;
  readonly metrics: Metrics;
  readonly parts: Partial<ModelParts>;
  /** How many isolates serve; several keep small photos and small models on their own threads. */
  readonly isolates: number;
  /** Takes the memory of decoding an image; `undefined` while it does not fit. */
  readonly takeMemory: (bytes: number, asker: unknown) => Disposable | undefined;
}
