/**
 * The composition root: builds every part, leaves first, and takes them down in reverse. Tests replace parts of it by
 * others; there is no second one. What is behind the socket is `compose_app.ts`.
 */
import { composeApp, type Parts } from "./compose_app.ts";
import { describeConfig } from "./config/config.ts";
import type { Config } from "./config/config_fields.ts";
import { withMemoryBudget } from "./config/memory_budget.ts";
import { Listener } from "./http/listener.ts";
import { watchEventLoopDelay } from "./telemetry/event_loop_delay.ts";

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
