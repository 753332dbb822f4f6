import type { ErrorCode } from "../contract/catalogue.ts";
import type { CacheResult, ImagePreprocessed, ModelTelemetry, UpstreamChanged } from "./events.ts";
import type { LogFields, Logger, LogLevel } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** Sends each event of one served model to the metrics and the log it belongs in, under the model's name. */
export class ModelMetricsAndLogs implements ModelTelemetry {
  readonly #metrics: Metrics;
  readonly #logger: Logger;
  readonly #model: string;

  constructor(metrics: Metrics, logger: Logger, model: string) {
    this.#metrics = metrics;
    this.#logger = logger;
    this.#model = model;
    metrics.addModel(model);
  }

  imagePreprocessed(event: ImagePreprocessed): void {
    const model = this.#model;
    this.#metrics.images.inc({ model, format: event.format, code: "ok" });
    this.#metrics.pixels.inc({ model }, event.pixels);
    this.#metrics.imageStageSeconds.observe({ model, stage: "decode" }, event.decodeMs / 1000);
    this.#metrics.imageStageSeconds.observe({ model, stage: "resize" }, event.resizeMs / 1000);
    this.#metrics.imageStageSeconds.observe({ model, stage: "write" }, event.writeMs / 1000);
  }

  imageRefused(code: ErrorCode): void {
    this.#metrics.images.inc({ model: this.#model, format: "unknown", code });
  }

  textTokenized(isTruncated: boolean): void {
    const model = this.#model;
    this.#metrics.texts.inc({ model, code: "ok" });
    if (isTruncated) this.#metrics.textsTruncated.inc({ model });
  }

  textRefused(code: ErrorCode): void {
    this.#metrics.texts.inc({ model: this.#model, code });
  }

  cacheAsked(result: CacheResult): void {
    this.#metrics.cacheLookups.inc({ model: this.#model, result });
  }

  cacheEvicted(): void {
    this.#metrics.cacheEvictions.inc({ model: this.#model });
  }

  cacheCleared(images: number): void {
    this.#log("info", "cache cleared as the model may be another one", { images });
  }

  batchRan(images: number, seconds: number): void {
    const model = this.#model;
    this.#metrics.batchImages.observe({ model }, images);
    this.#metrics.batchSeconds.observe({ model }, seconds);
  }

  workerReplaced(reason: "died" | "hung"): void {
    this.#metrics.workersReplaced.inc({ model: this.#model, reason });
    this.#log("warn", "decode worker replaced", { reason });
  }

  engineRestarted(reason: string): void {
    this.#metrics.engineRestarts.inc({ model: this.#model });
    this.#log("error", "model worker died and was started again", { reason });
  }

  upstreamChanged(change: UpstreamChanged): void {
    const model = this.#model;
    this.#metrics.upstreamUp.set({ model }, change.isUp ? 1 : 0);
    for (const path of ["shared_memory", "inline"] as const) {
      this.#metrics.tensorPath.set(
        { model, path },
        change.isUp && change.tensorPath === path ? 1 : 0,
      );
    }
    const { isUp, ...fields } = change;
    const message = isUp ? "inference server connected" : "inference server not available";
    this.#log(isUp ? "info" : "warn", message, fields);
  }

  canaryRan(result: "ok" | "failed", detail?: string): void {
    this.#metrics.canaries.inc({ model: this.#model, result });
    this.#log(result === "ok" ? "debug" : "warn", "canary", { result, detail });
  }

  readinessChanged(isReady: boolean, reason: string): void {
    this.#metrics.ready.set({ model: this.#model }, isReady ? 1 : 0);
    this.#log(isReady ? "info" : "warn", isReady ? "ready" : "not ready", { reason });
  }

  decodesPortably(reason: string): void {
    this.#log("info", "JPEGs are decoded in WebAssembly, slower and without CMYK", { reason });
  }

  #log(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.#logger.log(level, message, { model: this.#model, ...fields });
  }
}
