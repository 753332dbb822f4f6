/** The workers that decode photos, which all models share. */
import type { PreprocessorSettings } from "../preprocess/preprocessor_settings.ts";
import { decodeWorkerCount } from "./effective_config.ts";
import type { ImageJob } from "./embed/photo_encoder.ts";
import type { Engine } from "./engine/engine.ts";
import type { ModelSetup } from "./model_setup.ts";
import type { ModelTelemetry } from "./telemetry/events.ts";
import type { PreprocessResult } from "./work/slot_preprocessor.ts";
import { WorkerPool } from "./work/worker_pool.ts";

/** Images of a model that may wait for a worker beside those of requests. */
const CANARY_SLOTS = 1;
/** A twentieth of the deadline: who has waited longer in the queue of a full gateway will hardly be in time. */
const NEWEST_FIRST_AFTER_MS = 500;
/** What a photo of a phone's camera takes: who has one, or less, need not wait until a dearer image is done. */
const LONG_MS = 100;

type Workers = WorkerPool<readonly PreprocessorSettings[], ImageJob, PreprocessResult>;

/** Knows all models before it starts, and each one's engine before that is asked for anything. */
export class PhotoWorkers {
  readonly #setup: ModelSetup;
  readonly #stack: AsyncDisposableStack;
  readonly #kinds: PreprocessorSettings[] = [];
  readonly #telemetry = new Map<string, ModelTelemetry>();
  readonly #engines: Engine[] = [];
  #pool: Workers | undefined;

  constructor(setup: ModelSetup, stack: AsyncDisposableStack) {
    this.#setup = setup;
    this.#stack = stack;
  }

  /**
   * Adds a model, before any start.
   *
   * @param served What it is called.
   * @returns The place of its settings, which models of one size, mean and so on share.
   */
  add(served: string, settings: PreprocessorSettings, telemetry: ModelTelemetry): number {
    this.#telemetry.set(served, telemetry);
    const text = JSON.stringify(settings);
    const place = this.#kinds.findIndex((kind) => JSON.stringify(kind) === text);
    return place >= 0 ? place : this.#kinds.push(settings) - 1;
  }

  /** Starts the workers with the first model, and from then on minds its engine, too. */
  async start(engine: Engine): Promise<Workers> {
    this.#engines.push(engine);
    this.#pool ??= this.#stack.use(this.#create());
    if (this.#setup.isolates === 1) await this.#pool.started;
    return this.#pool;
  }

  /** Whether nothing of any model is in flight here. */
  get areIdle(): boolean {
    return this.#engines.every(({ slots }) => slots.inUse === 0);
  }

  /** Whose turn it is among those who wait: with several models, no client of one keeps out those of another. */
  turnOf(served: string, client: string): string {
    return this.#telemetry.size > 1 ? `${served} ${client}` : client;
  }

  #create(): Workers {
    const { config, isolates, takeMemory } = this.#setup;
    const workerCount = decodeWorkerCount(config);
    const [first] = this.#telemetry.keys();
    return new WorkerPool({
      workerUrl: new URL("./work/preprocess_worker.ts", import.meta.url),
      settings: this.#kinds,
      workers: workerCount,
      // An isolate may never need one.
      startsWithFirstJob: isolates > 1,
      queueMax: (config.slots + CANARY_SLOTS) * this.#telemetry.size,
      clientOf: ({ client }) => client,
      take: (job) => takeMemory(job.cost.bytes, job),
      costMs: ({ cost }) => cost.ms,
      isLong: ({ cost }) => cost.ms > LONG_MS,
      // What waits behind more than this would be late for every request that there may be by now.
      queueMsMax: config.requestTimeoutMs * workerCount,
      jobMsMax: config.imageTimeoutMs,
      action: "decode image",
      // Its price was within bounds: it is late by no fault of its own.
      tooLong: "deadline_exceeded",
      newestFirstAfterMs: NEWEST_FIRST_AFTER_MS,
      // One that was idle worked for no model: it is counted under the first.
      onReplaced: (reason, _, job) =>
        this.#telemetry.get(job?.model ?? first as string)?.workerReplaced(reason),
    });
  }
}
