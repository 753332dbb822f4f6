import type { ErrorCode } from "../contract/errors.ts";
import type {
  CacheResult,
  ImagePreprocessed,
  RequestAnswered,
  Telemetry,
  UpstreamChanged,
} from "./events.ts";
import type { Logger, LogLevel } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** Sends each event to the metrics and the log it belongs in. */
export class MetricsAndLogs implements Telemetry {
  readonly #metrics: Metrics;
  readonly #logger: Logger;

  constructor(metrics: Metrics, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  requestAnswered(event: RequestAnswered): void {
    const { route, code, seconds, bodyBytes, phaseMs } = event;
    this.#metrics.requests.inc({ route, code: code ?? "ok" });
    this.#metrics.requestSeconds.observe({ route }, seconds);
    this.#metrics.bodyBytes.inc(bodyBytes);
    this.#metrics.observePhases(phaseMs);
    this.#logger.log(requestLevel(event.status), "request", { ...event });
  }

  imagePreprocessed(event: ImagePreprocessed): void {
    this.#metrics.images.inc({ format: event.format, code: "ok" });
    this.#metrics.pixels.inc(event.pixels);
    this.#metrics.imageStageSeconds.observe({ stage: "decode" }, event.decodeMs / 1000);
    this.#metrics.imageStageSeconds.observe({ stage: "resize" }, event.resizeMs / 1000);
    this.#metrics.imageStageSeconds.observe({ stage: "write" }, event.writeMs / 1000);
  }

  imageRefused(code: ErrorCode): void {
    this.#metrics.images.inc({ format: "unknown", code });
  }

  cacheAsked(result: CacheResult): void {
    this.#metrics.cacheLookups.inc({ result });
  }

  cacheEvicted(): void {
    this.#metrics.cacheEvictions.inc();
  }

  cacheCleared(images: number): void {
    this.#logger.log("info", "cache cleared as the model may be another one", { images });
  }

  batchRan(images: number, seconds: number): void {
    this.#metrics.batchImages.observe(images);
    this.#metrics.batchSeconds.observe(seconds);
  }

  eventLoopDelayed(seconds: number): void {
    this.#metrics.eventLoopDelaySeconds.observe(seconds);
  }

  workerReplaced(reason: "died" | "hung"): void {
    this.#metrics.workersReplaced.inc({ reason });
    this.#logger.log("warn", "decode worker replaced", { reason });
  }

  engineRestarted(): void {
    this.#metrics.engineRestarts.inc();
    this.#logger.log("error", "model worker died and was started again");
  }

  upstreamChanged(change: UpstreamChanged): void {
    this.#metrics.upstreamUp.set(change.isUp ? 1 : 0);
    for (const path of ["shared_memory", "inline"] as const) {
      this.#metrics.tensorPath.set({ path }, change.isUp && change.tensorPath === path ? 1 : 0);
    }
    const { isUp, ...fields } = change;
    const message = isUp ? "inference server connected" : "inference server not available";
    this.#logger.log(isUp ? "info" : "warn", message, fields);
  }

  canaryRan(result: "ok" | "failed", detail?: string): void {
    this.#metrics.canaries.inc({ result });
    this.#logger.log(result === "ok" ? "debug" : "warn", "canary", { result, detail });
  }

  readinessChanged(isReady: boolean, reason: string): void {
    this.#metrics.ready.set(isReady ? 1 : 0);
    this.#logger.log(isReady ? "info" : "warn", isReady ? "ready" : "not ready", { reason });
  }

  started(url: string, config: Readonly<Record<string, string>>): void {
    this.#logger.log("info", "listening", { url, config });
  }

  draining(signal: string): void {
    this.#logger.log("info", "draining", { signal });
  }

  stopped(seconds: number, isClean: boolean): void {
    this.#logger.log(isClean ? "info" : "warn", "stopped", { seconds, isClean });
  }

  notExact(reason: string): void {
    this.#logger.log("warn", "JPEGs are decoded by imagescript, not byte-exact", { reason });
  }

  defect(message: string, cause: unknown): void {
    this.#logger.log("error", message, { cause });
  }
}

/** Good requests are worth a line only to those who ask for `debug`. */
function requestLevel(status: number): LogLevel {
  if (status < 400) return "debug";
  return status < 500 ? "info" : "error";
}
