/** Everything behind the socket: a gateway's of one isolate, and each isolate's of several. */
import { composeDoor, type Entrances } from "./compose_door.ts";
import { createAdmission, createParser, createUploads } from "./compose_limits.ts";
import { composeModels } from "./compose_models.ts";
import { composeRemoteImages } from "./compose_remote_images.ts";
import type { Config } from "./config/config_fields.ts";
import { withMemoryBudget } from "./config/memory_budget.ts";
import { VERSION } from "./config/version.ts";
import type { GatewayReadiness } from "./embed/gateway_readiness.ts";
import type { Models } from "./embed/models.ts";
import type { Admission, AdmissionPlace } from "./http/admission.ts";
import { ApiKeys } from "./http/api_keys.ts";
import { createApp } from "./http/app.ts";
import type { Dialects } from "./http/dialects/dialect_table.ts";
import { DIALECTS } from "./http/dialects/registry.ts";
import { gatewayInfo } from "./http/gateway_info.ts";
import type { Info } from "./http/info.ts";
import { Upstream } from "./http/upstream.ts";
import type { ModelParts } from "./model_setup.ts";
import type { Network } from "./remote_images/image_fetcher.ts";
import type { Telemetry } from "./telemetry/events.ts";
import { Logger } from "./telemetry/logger.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { MetricsAndLogs } from "./telemetry/telemetry.ts";
import { Tracing } from "./telemetry/tracing.ts";

/** Of the time at shutdown, what is kept for answering those whose bodies are not there by then. */
const ANSWER_MS = 3000;

/** Parts that isolates and tests put in place of the gateway's own. */
export interface Parts extends ModelParts {
  readonly writeLog: (line: string) => void;
  readonly telemetry: Telemetry;
  readonly dialects: Dialects;
  readonly info: () => Info;
  readonly metricsText: () => Promise<string>;
  readonly isDraining: () => boolean;
  /** Where images are fetched from. */
  readonly network: Network;
  /** Answers probes in place of the models. */
  readonly check: () => Promise<GatewayReadiness>;
  /** Which of several isolates this is, and where they count together. */
  readonly place: AdmissionPlace;
}

/** Everything behind the socket. */
export interface Composition extends Entrances {
  readonly telemetry: Telemetry;
  readonly admission: Admission;
  readonly models: Models;
  readonly metrics: Metrics;
  /** Refuses new work from now on. */
  refuse(): void;
}

/**
 * Builds everything behind the socket, for one isolate: of all this, several share admission's counters alone.
 *
 * @throws {Error} when a model cannot be served, or preprocessing is not exact.
 */
export async function composeApp(
  asked: Config,
  parts: Partial<Parts>,
  stack: AsyncDisposableStack,
): Promise<Composition> {
  const config = withMemoryBudget(asked);
  const metrics = new Metrics();
  const isolates = parts.place?.counters.isolates ?? 1;
  const telemetry = parts.telemetry ??
    new MetricsAndLogs(metrics, new Logger(config, parts.writeLog));
  const admission = createAdmission(config, parts.place);
  const uploads = stack.use(createUploads(config, isolates, admission));
  addGauges(metrics, admission);
  const models = await composeModels({
    config,
    telemetry,
    metrics,
    parts,
    isolates,
    takeMemory: (bytes, asker) => admission.takeMemory(bytes, asker),
  }, stack);
  const parser = stack.use(createParser(config));
  const dialects = parts.dialects ?? DIALECTS;
  const apiKeys = new ApiKeys(config.apiKeys);
  let isRefusing = false;
  const app = createApp({
    models,
    check: parts.check ?? (() => models.check()),
    dialects,
    admission,
    telemetry,
    tracing: Tracing.start(VERSION),
    bodyLimits: { bytesMax: config.bodyBytesMax },
    uploads,
    parser,
    remoteImages: composeRemoteImages(config, isolates, parts.network),
    optionDefaults: { orient: config.orient, decode: config.decode },
    upstreams: createUpstreams(config),
    apiKeys,
    requestTimeoutMs: config.requestTimeoutMs,
    info: parts.info ?? (() => gatewayInfo(config, models, isolates)),
    metrics: parts.metricsText ?? (() => metrics.registry.metrics()),
    isDraining: parts.isDraining ?? (() => isRefusing),
  });
  const entrances = composeDoor({ config, app, apiKeys, admission, dialects, telemetry }, stack);
  return {
    ...entrances,
    telemetry,
    admission,
    models,
    metrics,
    refuse: () => {
      isRefusing = true;
      uploads.endWithin(Math.max(config.drainTimeoutMs - ANSWER_MS, config.drainTimeoutMs / 2));
    },
  };
}

function addGauges(metrics: Metrics, admission: Admission): void {
  metrics.addProcessGauges({
    requestsInFlight: () => admission.usage.requests,
    bodyBytesInFlight: () => admission.usage.bytes,
    pixelsInFlight: () => admission.usage.pixels,
    memoryBytesInFlight: () => admission.usage.memory,
  });
}

/** By the dialects whose clients had them before. */
function createUpstreams(
  { immichUpstreamUrl: origin, immichUpstreamTimeoutMs: timeoutMs }: Config,
): Map<string, Upstream> {
  return new Map(origin === "" ? [] : [["immich", new Upstream({ origin, timeoutMs })]]);
}
