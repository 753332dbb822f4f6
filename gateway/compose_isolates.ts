/** Composes a gateway of several isolates: what is one a process stands here, the rest in each isolate. */
import type { Gateway } from "./compose.ts";
import type { Parts } from "./compose_app.ts";
import { configuredModels, readOf } from "./configured_model.ts";
import { describeConfig } from "./config/config.ts";
import type { Config } from "./config/config_fields.ts";
import { effectiveConfig } from "./effective_config.ts";
import { createAdmissionCounters } from "./http/admission_counters.ts";
import { ListenError } from "./http/listen_error.ts";
import { listenerUrl } from "./http/listener.ts";
import { Supervisor } from "./isolates/supervisor.ts";
import { Logger } from "./telemetry/logger.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { MetricsAndLogs } from "./telemetry/telemetry.ts";

/** What an isolate may hold up its loop beyond the longest image: a collection of garbage, a slow core. */
const HUNG_MARGIN_MS = 5_000;

/**
 * Starts a gateway: on this thread, or on as many as the configuration asks for.
 *
 * @throws {Error} when a model cannot be served or is not the one exported, preprocessing is not exact, or the port is
 * taken.
 */
export async function composeGateway(
  config: Config,
  parts: Partial<Parts> = {},
): Promise<Gateway> {
  const models = await configuredModels(config);
  const manifests = await Promise.all(
    models.map((model) => readOf(config, model, (folder) => folder.manifest())),
  );
  // Once a process. What Triton loaded may be a copy, or loaded before: only the canary can tell that.
  if (config.engine === "triton") {
    for (const model of models) await readOf(config, model, (folder) => folder.assertExported());
  }
  const { config: effective } = effectiveConfig(config, manifests);
  if (effective.isolates > 1) return await composeIsolates(effective, parts);
  // Not loaded by a thread that only supervises.
  const { compose } = await import("./compose.ts");
  return await compose(effective, parts);
}

async function composeIsolates(
  config: Config,
  { writeLog }: Pick<Partial<Parts>, "writeLog">,
): Promise<Gateway> {
  const { isolates } = config;
  const telemetry = new MetricsAndLogs(new Metrics(), new Logger(config, writeLog));
  assertFree(config);
  const counters = createAdmissionCounters(isolates, config.models.length);
  const share = shareOf(config);
  const supervisor = await Supervisor.start({
    workerUrl: new URL("./isolate_worker.ts", import.meta.url),
    isolates,
    models: config.models,
    setupOf: (isolate, port) => ({ config: { ...share, port }, isolate, counters }),
    counters,
    hungMsMax: config.imageTimeoutMs + HUNG_MARGIN_MS,
    onReplaced: (isolate, reason, cause) =>
      telemetry.defect(`isolate ${isolate} ${reason} and is replaced`, cause),
  }, config.port);
  const url = listenerUrl(config.host, supervisor.port);
  telemetry.started(url, describeConfig(config));
  return {
    url,
    drain: async (signal) => {
      const started = performance.now();
      telemetry.draining(signal);
      await supervisor.drain();
      await new Promise((resolve) => setTimeout(resolve, config.drainDelayMs));
      const isClean = await supervisor.close(config.drainTimeoutMs);
      telemetry.stopped((performance.now() - started) / 1000, isClean);
      return isClean;
    },
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
}

/** What each isolate has of what they share out; of slots and the cache, its model's parts see to that. */
function shareOf(config: Config): Config {
  const { decodeWorkers, isolates } = config;
  return { ...config, decodeWorkers: Math.max(1, Math.floor(decodeWorkers / isolates)) };
}

/** Isolates would share a port with another gateway without a word, so it is tried alone first. */
function assertFree({ host, port }: Config): void {
  try {
    Deno.listen({ hostname: host, port }).close();
  } catch (cause) {
    throw new ListenError({ host, port }, cause);
  }
}
