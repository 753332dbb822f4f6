/** Isolates of one process: starts them, speaks for all of them, and replaces one that dies or hangs. */
import {
  type GatewayReadiness,
  gatewayReadiness,
  jointReadiness,
} from "../embed/gateway_readiness.ts";
import type { ReadinessState } from "../embed/readiness.ts";
import { type AdmissionCounters, releaseIsolate } from "../http/admission_counters.ts";
import type { HeldRegion } from "../work/held_region.ts";
import type { IsolateMethods, IsolateSetup, SupervisorMethods } from "./isolate_protocol.ts";
import { type MetricsPart, MetricsSum } from "../telemetry/metrics_sum.ts";
import { Calls } from "./calls.ts";

/** What a supervisor is made of. */
export interface SupervisorOptions {
  /** Entry of an isolate. */
  readonly workerUrl: URL;
  readonly isolates: number;
  /** What the models are called. */
  readonly models: readonly string[];
  /** What an isolate is started with. */
  readonly setupOf: (isolate: number, port: number) => Omit<IsolateSetup, "orphans">;
  readonly counters: AdmissionCounters;
  /** Milliseconds without an answer after which an isolate is taken to hang. */
  readonly hungMsMax: number;
  readonly onReplaced: (isolate: number, reason: "died" | "hung", cause: string) => void;
}

interface Isolate {
  readonly index: number;
  readonly worker: Worker;
  readonly calls: Calls<IsolateMethods>;
  isStarted: boolean;
  /** What it holds beyond its own end. */
  regions: readonly HeldRegion[];
}

/** Milliseconds between two questions whether an isolate is alive, and before another attempt to start one. */
const BEAT_MS = 1000;

/** Milliseconds that isolates have to answer what takes them none: their metrics, or that they drain. */
const ANSWER_MS = 1000;
/** Milliseconds in which an isolate that replaces another must have started: loading a model takes seconds at most. */
const START_MS = 60_000;

/** Runs isolates until it is disposed. */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions;
  readonly #isolates = new Map<number, Isolate>();
  readonly #metrics = new MetricsSum();
  /** By the number of the isolate that held them: the next one of that number gives them back. */
  readonly #orphans = new Map<number, readonly HeldRegion[]>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #port = 0;
  /** Whether all isolates have started. */
  #isOpen = false;
  /** Whether none is replaced any more. */
  #isClosed = false;
  /** Whether one was lost since, with its requests. */
  #isCutOff = false;

  private constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /**
   * Starts all isolates on one port.
   *
   * @param port 0 takes a free one.
   * @throws {Error} when one of them cannot start.
   */
  static async start(options: SupervisorOptions, port: number): Promise<Supervisor> {
    const supervisor = new Supervisor(options);
    try {
      supervisor.#port = port;
      // The first one finds the port that all the others share.
      supervisor.#port = await supervisor.#start(0);
      const others = Array.from({ length: options.isolates - 1 }, (_, index) => index + 1);
      await Promise.all(others.map((index) => supervisor.#start(index)));
      supervisor.#isOpen = true;
      return supervisor;
    } catch (error) {
      await supervisor[Symbol.asyncDispose]();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  /** A model is ready when it is in every isolate that runs, else for the reason of one in which it is not. */
  async check(): Promise<GatewayReadiness> {
    if (!this.#isOpen) return this.#allModels({ isReady: false, reason: "starting" });
    const [first, ...others] = await this.#all("check");
    if (first === undefined) return this.#allModels({ isReady: false, reason: "no isolate runs" });
    return jointReadiness([first, ...others]);
  }

  #allModels(state: ReadinessState): GatewayReadiness {
    return gatewayReadiness(Object.fromEntries(this.#options.models.map((name) => [name, state])));
  }

  /** Metrics of all isolates together. */
  async metrics(): Promise<string> {
    const parts = new Map<number, MetricsPart>();
    const asked = this.#running.map(async ({ index, calls }) => {
      parts.set(index, await calls.call("metrics"));
    });
    // One that hangs has nothing new to say, and must not keep what the others say from an operator.
    await this.#within(ANSWER_MS, Promise.allSettled(asked));
    // Of one that ended meanwhile the sum has the last part already.
    for (const index of parts.keys()) if (!this.#isolates.has(index)) parts.delete(index);
    return await this.#metrics.text(parts);
  }

  /**
   * Has every isolate say "not ready", and in every reply that its connection ends. From now on none is replaced: one
   * that is lost takes its requests along.
   */
  async drain(): Promise<void> {
    this.#isClosed = true;
    await this.#within(ANSWER_MS, this.#all("drain"));
  }

  /**
   * Has every isolate finish. None lets go of its replies before the sockets of all are closed: a client that comes
   * again would wait to be accepted by one that is about to close, too.
   *
   * @returns Whether all requests were answered in time; not if some still came when the sockets closed.
   */
  async close(timeoutMs: number): Promise<boolean> {
    this.#isClosed = true;
    const closingMs = performance.now();
    const asked = this.#running.length;
    const quiet = await this.#within(timeoutMs + ANSWER_MS, this.#all("hold", timeoutMs));
    await this.#within(ANSWER_MS, this.#all("shut"));
    const leftMs = Math.max(0, timeoutMs - (performance.now() - closingMs));
    const clean = await this.#within(leftMs + ANSWER_MS, this.#all("close", leftMs));
    const isAll = [quiet, clean].every((answers = []) => answers.filter(Boolean).length === asked);
    return isAll && !this.#isCutOff;
  }

  /** Ends every isolate, cutting off what is in flight; those that do not close by themselves are ended all the same. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Of itself, so that the port is free and Triton is told; an ended thread does neither in time.
    await this.close(0);
    for (const timer of this.#timers) clearTimeout(timer);
    for (const isolate of this.#isolates.values()) this.#end(isolate, "the gateway stops");
  }

  async #start(index: number): Promise<number> {
    const worker = new Worker(this.#options.workerUrl, { type: "module" });
    const calls = new Calls<IsolateMethods>(
      worker,
      {
        check: () => this.check(),
        metrics: () => this.metrics(),
      } satisfies SupervisorMethods,
    );
    const isolate: Isolate = { index, worker, calls, isStarted: false, regions: [] };
    this.#isolates.set(index, isolate);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(isolate, "died", event.message);
    };
    const orphans = this.#orphans.get(index) ?? [];
    this.#orphans.delete(index);
    const setup = { ...this.#options.setupOf(index, this.#port), orphans };
    const start = await calls.call("start", setup);
    if ("refusal" in start) throw new Error(start.refusal);
    isolate.isStarted = true;
    isolate.regions = start.regions;
    this.#watch(isolate);
    return start.port;
  }

  /** Asks an isolate again and again whether it is alive. */
  #watch(isolate: Isolate): void {
    this.#after(BEAT_MS, async () => {
      const { hungMsMax } = this.#options;
      const hung = this.#after(hungMsMax, () => {
        this.#lose(isolate, "hung", `no answer within ${hungMsMax} ms`);
      });
      await isolate.calls.call("beat").catch(() => {});
      this.#forget(hung);
      if (this.#isolates.get(isolate.index) === isolate) this.#watch(isolate);
    });
  }

  /** Ends an isolate with its connections, gives back what it held, and starts another one. */
  #lose(isolate: Isolate, reason: "died" | "hung", cause: string): void {
    if (this.#isolates.get(isolate.index) !== isolate) return;
    this.#end(isolate, cause);
    this.#isCutOff ||= this.#isClosed;
    // One that cannot even start fails the start of the gateway, which says why.
    if (!isolate.isStarted || this.#isClosed) return;
    this.#options.onReplaced(isolate.index, reason, cause);
    this.#restart(isolate.index);
  }

  #restart(index: number): void {
    if (this.#isClosed) return;
    const late = this.#after(START_MS, () => this.#abandon(index));
    this.#start(index).catch(() => {
      if (this.#isClosed) return;
      this.#abandon(index);
      this.#after(BEAT_MS, () => this.#restart(index));
    }).finally(() => this.#forget(late));
  }

  /** Ends an attempt to start, which fails by that. */
  #abandon(index: number): void {
    const isolate = this.#isolates.get(index);
    if (isolate !== undefined) this.#end(isolate, "it could not start");
  }

  #end(isolate: Isolate, reason: string): void {
    this.#isolates.delete(isolate.index);
    isolate.worker.terminate();
    isolate.calls.end(reason);
    releaseIsolate(this.#options.counters, isolate.index);
    void this.#metrics.end(isolate.index);
    if (isolate.regions.length > 0) this.#orphans.set(isolate.index, isolate.regions);
  }

  get #running(): Isolate[] {
    return [...this.#isolates.values()].filter(({ isStarted }) => isStarted);
  }

  /** Asks every isolate that runs; those that end meanwhile have no answer. */
  async #all<Name extends keyof IsolateMethods>(
    name: Name,
    argument?: Parameters<IsolateMethods[Name]>[0],
  ): Promise<Awaited<ReturnType<IsolateMethods[Name]>>[]> {
    const results = await Promise.allSettled(
      this.#running.map(({ calls }) => calls.call(name, argument)),
    );
    return results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  }

  /** Waits for work, but not for longer than that: then there is no result. */
  async #within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined> {
    const late = Promise.withResolvers<undefined>();
    const timer = this.#after(ms, () => late.resolve(undefined));
    const result = await Promise.race([work, late.promise]);
    this.#forget(timer);
    return result;
  }

  #after(ms: number, run: () => unknown): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void run();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #forget(timer: ReturnType<typeof setTimeout>): void {
    clearTimeout(timer);
    this.#timers.delete(timer);
  }
}
