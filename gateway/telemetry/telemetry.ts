import { ERROR_CATALOGUE } from "../contract/catalogue.ts";
import type { ModelTelemetry, RequestAnswered, RequestRefused, Telemetry } from "./events.ts";
import type { LogFields, Logger, LogLevel } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { ModelMetricsAndLogs } from "./model_telemetry.ts";
import { RefusalLog } from "./refusal_log.ts";

/** Sends each event of the process to the metrics and the log it belongs in. */
export class MetricsAndLogs implements Telemetry {
  readonly #metrics: Metrics;
  readonly #logger: Logger;
  readonly #refusals: RefusalLog;

  constructor(metrics: Metrics, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
    this.#refusals = new RefusalLog(logger);
  }

  ofModel(model: string): ModelTelemetry {
    return new ModelMetricsAndLogs(this.#metrics, this.#logger, model);
  }

  requestAnswered(event: RequestAnswered): void {
    const { route, model = "", code, seconds, bodyBytes, phaseMs } = event;
    this.#metrics.requests.inc({ model, route, code: code ?? "ok" });
    this.#metrics.requestSeconds.observe({ model, route }, seconds);
    this.#metrics.bodyBytes.inc({ model }, bodyBytes);
    this.#metrics.observePhases(model, phaseMs);
    if (code !== undefined && ERROR_CATALOGUE[code].countedInLog) {
      this.#refusals.add(route, code, event.cause);
    } else this.#logger.log(requestLevel(event), "request", requestFields(event));
  }

  requestRefused({ route, code }: RequestRefused): void {
    this.#metrics.requests.inc({ model: "", route, code });
    this.#refusals.add(route, code);
  }

  eventLoopDelayed(seconds: number): void {
    this.#metrics.eventLoopDelaySeconds.observe(seconds);
  }

  started(url: string, config: Readonly<Record<string, string>>): void {
    this.#logger.log("info", "listening", { url, config });
  }

  draining(signal: string): void {
    this.#logger.log("info", "draining", { signal });
  }

  stopped(seconds: number, isClean: boolean): void {
    this.#refusals.flush();
    this.#logger.log(isClean ? "info" : "warn", "stopped", { seconds, isClean });
  }

  defaultsDiffer(image: string, text: string): void {
    this.#logger.log(
      "warn",
      "photos and words that name no model go to models whose vectors cannot be compared",
      { image, text },
    );
  }

  defect(message: string, cause: unknown): void {
    this.#logger.log("error", message, { cause });
  }
}

/** The trace under the name by which those who show logs beside traces look for it. */
function requestFields({ traceId, ...fields }: RequestAnswered): LogFields {
  return traceId === undefined ? fields : { ...fields, trace_id: traceId };
}

/** Good requests, and probes that say no, are worth a line only to those who ask for `debug`. */
function requestLevel({ status, code }: RequestAnswered): LogLevel {
  if (status < 400 || code === undefined) return "debug";
  return status < 500 ? "info" : "error";
}
