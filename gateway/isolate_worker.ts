/** Worker entry: one of several isolates, which listens, decodes and embeds on its own thread. */
/// <reference lib="deno.worker" />
import { composeApp, type Composition } from "./compose_app.ts";
import { Listener } from "./http/listener.ts";
import { watchEventLoopDelay } from "./telemetry/event_loop_delay.ts";
import { Calls } from "./isolates/calls.ts";
import type { HeldRegion } from "./work/held_region.ts";
import type {
  IsolateMethods,
  IsolateSetup,
  IsolateStart,
  SupervisorMethods,
} from "./isolates/isolate_protocol.ts";

declare const self: DedicatedWorkerGlobalScope;

const stack = new AsyncDisposableStack();
let running: { readonly composition: Composition; readonly listener: Listener } | undefined;

const supervisor = new Calls<SupervisorMethods>(
  self,
  {
    start: (setup: IsolateSetup) => start(setup).catch(refusal),
    check: () => assertRunning().composition.models.check(),
    metrics: () => assertRunning().composition.metrics.registry.getMetricsAsJSON(),
    drain,
    hold: (timeoutMs: number) => assertRunning().listener.hold(timeoutMs),
    shut,
    close,
    beat: () => {},
  } satisfies IsolateMethods,
);

function refusal(thrown: unknown): IsolateStart {
  return { refusal: thrown instanceof Error ? thrown.message : String(thrown) };
}

async function start({ config, isolate, counters, orphans }: IsolateSetup): Promise<IsolateStart> {
  const regions: HeldRegion[] = [];
  const composition = await composeApp(config, {
    regions: { orphans, onRegion: (region) => regions.push(region) },
    place: { counters, isolate },
    check: () => supervisor.call("check"),
    metricsText: () => supervisor.call("metrics"),
  }, stack);
  const { fetch, models, telemetry } = composition;
  const listener = new Listener({
    host: config.host,
    port: config.port,
    isShared: true,
    fetch,
    onFailure: (cause) => telemetry.defect("listener failed and is opened again", cause),
  });
  stack.use(watchEventLoopDelay((seconds) => telemetry.eventLoopDelayed(seconds)));
  models.open();
  running = { composition, listener };
  await models.check();
  return { port: listener.port, regions };
}

function drain(): void {
  const { composition, listener } = assertRunning();
  composition.models.drain();
  listener.drain();
}

async function shut(): Promise<void> {
  const { composition, listener } = assertRunning();
  composition.refuse();
  await listener.shut();
}

async function close(timeoutMs: number): Promise<boolean> {
  await shut();
  const isFinished = await assertRunning().listener.close(timeoutMs);
  await stack.disposeAsync();
  return isFinished;
}

function assertRunning(): NonNullable<typeof running> {
  if (running === undefined) throw new Error("Cannot ask an isolate before it started");
  return running;
}
