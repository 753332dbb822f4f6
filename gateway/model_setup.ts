/** What served models are built with, and which of their parts tests replace. */
import type { Golden } from "../models/contract/golden.ts";
import type { ModelManifest } from "../models/contract/manifest.ts";
import type { ImageOptions } from "../preprocess/contract/image_options.ts";
import type { RegionKeeper } from "./compose_engine.ts";
import type { Config } from "./config/config_fields.ts";
import type { ConfiguredModel } from "./configured_model.ts";
import type { ImageWorkers } from "./embed/photo_encoder.ts";
import type { ReadinessVerdict } from "./embed/served_model.ts";
import type { Engine } from "./engine/engine.ts";
import type { ModelTelemetry, Telemetry } from "./telemetry/events.ts";
import type { Metrics } from "./telemetry/metrics.ts";

/** Parts of models that tests put in place of their own. */
export interface ModelParts {
  /** By what models are called. */
  readonly engines: ReadonlyMap<string, Engine>;
  /** Decode in place of the pool. */
  readonly imageWorkers: ImageWorkers;
  readonly preprocessId: (options: ImageOptions) => string;
  readonly readiness: ReadinessVerdict;
  readonly regions: RegionKeeper;
}

/** What all models are built with. */
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

/** A model that settings name, and what its folder says of it. */
export interface DescribedModel extends ConfiguredModel {
  readonly manifest: ModelManifest;
  readonly golden: Golden;
  readonly telemetry: ModelTelemetry;
}
