/**
 * The composition root: builds every part, leaves first, and takes them down in reverse. Tests replace parts of it by
 * others; there is no second one.
 */
import { composeModels } from "./compose_models.ts";
import { describeConfig } from "./config/config.ts";
import type { Config } from "./config/config_fields.ts";
import { VERSION } from "./config/version.ts";
import { imageMemoryBytesMax, withMemoryBudget } from "./config/memory_budget.ts";
import { textsMax } from "./config/text_fields.ts";
import type { GatewayReadiness } from "./embed/gateway_readiness.ts";
import type { Models } from "./embed/models.ts";
import { Admission, type AdmissionPlace } from "./http/admission.ts";
import { ApiKeys } from "./http/api_keys.ts";
import { createApp } from "./http/app.ts";
import { BodyParser } from "./http/body_parser.ts";
import { ClientNames } from "./http/client_name.ts";
import { type PreflightOptions, routeMethods, withCors, withPreflights } from "./http/cors.ts";
import { Door } from "./http/door.ts";
import type { Dialects } from "./http/dialects/dialect_table.ts";
import { DIALECTS } from "./http/dialects/registry.ts";
import { gatewayInfo } from "./http/gateway_info.ts";
import type { Info } from "./http/info.ts";
import type { Network } from "./remote_images/image_fetcher.ts";
import { composeRemoteImages } from "./compose_remote_images.ts";
import { Uploads } from "./http/uploads.ts";
import { Upstream } from "./http/upstream.ts";
import { type Caller, Listener } from "./http/listener.ts";
import { type Fetch, type HeadCheckOptions, withHeadCheck } from "./http/request_head.ts";
import type { ModelParts } from "./model_setup.ts";
import { watchEventLoopDelay } from "./telemetry/event_loop_delay.ts";
import type { Telemetry } from "./telemetry/events.ts";
import { Logger } from "./telemetry/logger.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { Tracing } from "./telemetry/tracing.ts";
import { MetricsAndLogs } from "./telemetry/telemetry.ts";

/** Of the requests in flight, those whose bodies may take their time; the rest is for those who are ready. */
const SLOW_SHARE = 0.5;
/** Of the time at shutdown, what is kept for answering those whose bodies are not there by then. */
const ANSWER_MS = 3000;

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  readonly url: string;
  /**
   * Answers "not ready" and closes connections by their next reply, then closes the socket once no request comes any
   * more, then waits for what is in flight.
   *
   * @param signal Why, for the log.
   * @returns Whether every request was answered in time; not if some still came when the socket closed.
   */
  drain(signal: string): Promise<boolean>;
}

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
export interface Composition {
  /** What the listener serves. */
  readonly fetch: (request: Request, caller: Caller) => Response | Promise<Response>;
  /** What is behind the door. */
  readonly app: (request: Request) => Response | Promise<Response>;
  readonly telemetry: Telemetry;
  readonly admission: Admission;
  readonly models: Models;
  readonly metrics: Metrics;
  /** Refuses new work from now on. */
  refuse(): void;
}

/**
 * Starts a gateway on this thread.
 *
 * @throws {Error} when a model cannot be served, preprocessing is not exact, or the port is taken.
 */
export async function compose(asked: Config, parts: Partial<Parts> = {}): Promise<Gateway> {
  const config = withMemoryBudget(asked);
  await using stack = new AsyncDisposableStack();
  const { fetch, telemetry, models, refuse } = await composeApp(config, parts, stack);
  const listener = new Listener({
    host: config.host,
    port: config.port,
    fetch,
    onFailure: (cause) => telemetry.defect("listener failed and is opened again", cause),
  });
  stack.defer(async () => void await listener.close(0));
  stack.use(watchEventLoopDelay((seconds) => telemetry.eventLoopDelayed(seconds)));
  models.open();
  // Proves the models on the golden photo, and warms every part up before the first request pays for it.
  await models.check();
  telemetry.started(listener.url, describeConfig(config));
  const owned = stack.move();
  return {
    url: listener.url,
    drain: async (signal) => {
      const started = performance.now();
      telemetry.draining(signal);
      models.drain();
      listener.drain();
      await new Promise((resolve) => setTimeout(resolve, config.drainDelayMs));
      const closingMs = performance.now();
      const isQuiet = await listener.hold(config.drainTimeoutMs);
      refuse();
      const leftMs = config.drainTimeoutMs - (performance.now() - closingMs);
      const isClean = await listener.close(leftMs) && isQuiet;
      telemetry.stopped((performance.now() - started) / 1000, isClean);
      return isClean;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
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
  const { place } = parts;
  const admission = createAdmission(config, place);
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
  const serve = (request: Request, client: string) => app.fetch(request, { client });
  const clients = new ClientNames({ addressHeader: config.clientAddressHeader, apiKeys });
  const door = stack.use(new Door({ admission, dialects, clients, telemetry, serve }));
  const guarded = guardedBy({ dialect: dialects[0], telemetry }, {
    origins: config.corsOrigins,
    methodsOf: (path) => routeMethods(app.router, path),
    telemetry,
  });
  return {
    fetch: guarded(door.fetch),
    app: guarded((request: Request) => serve(request, "")),
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

/** What stands before door and app: outermost what adds to every reply, then what refuses, then what answers browsers. */
function guardedBy(
  heads: HeadCheckOptions,
  preflights: PreflightOptions,
): <More extends unknown[]>(fetch: Fetch<More>) => Fetch<More> {
  return (fetch) =>
    withCors(withHeadCheck(withPreflights(fetch, preflights), heads), preflights.origins);
}

function addGauges(metrics: Metrics, admission: Admission): void {
  metrics.addProcessGauges({
    requestsInFlight: () => admission.usage.requests,
    bodyBytesInFlight: () => admission.usage.bytes,
    pixelsInFlight: () => admission.usage.pixels,
    memoryBytesInFlight: () => admission.usage.memory,
  });
}

function createAdmission(config: Config, place: AdmissionPlace | undefined): Admission {
  const limits = {
    requestsMax: config.inflightRequestsMax,
    bytesMax: config.inflightBytesMax,
    pixelsMax: config.inflightPixelsMax,
    inputsMax: config.slots,
    memoryBytesMax: config.memoryBytesMax,
    imageMemoryBytesMax: imageMemoryBytesMax(config),
    latencyMsTarget: config.latencyMsTarget,
  };
  return new Admission(limits, place, config.models);
}

function createParser(config: Config): BodyParser {
  return new BodyParser({
    limits: {
      imagesMax: config.requestImagesMax,
      imageBytesMax: config.imageBytesMax,
      textsMax: textsMax(config),
      textCharactersMax: config.textCharactersMax,
      takesUrls: config.urlInput !== "off",
      takesTensors: config.tensorInput === "on",
    },
    queueMax: config.inflightRequestsMax,
  });
}

/** By the dialects whose clients had them before. */
function createUpstreams(
  { immichUpstreamUrl: origin, immichUpstreamTimeoutMs: timeoutMs }: Config,
): Map<string, Upstream> {
  return new Map(origin === "" ? [] : [["immich", new Upstream({ origin, timeoutMs })]]);
}

function createUploads(config: Config, isolates: number, admission: Admission): Uploads {
  return new Uploads({
    idleMsMax: config.bodyTimeoutMs,
    bytesPerSecondMin: config.bodyBytesPerSecondMin,
    totalMsMax: config.uploadTimeoutMs,
    slowMax: Math.ceil(config.inflightRequestsMax * SLOW_SHARE / isolates),
    isRoomShort: () => admission.isRoomShort,
  });
}
