/** An ONNX model in a worker of its own, since the runtime blocks the thread it is on. */
import type { ModelManifest } from "../../../models/contract/manifest.ts";
import { GatewayError, toGatewayError } from "../../contract/errors.ts";
import { LateJob } from "../../work/late_job.ts";
import { WorkerPool } from "../../work/worker_pool.ts";
import { contradiction, type LoadedModel, type OnnxSettings } from "./loaded_model.ts";
import type { ModelRunner } from "./model_runner.ts";
import type { OnnxJob, OnnxResult } from "./onnx_worker.ts";

/** What a session is made of. */
export interface OnnxSessionOptions {
  readonly manifest: ModelManifest;
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  readonly slots: SharedArrayBuffer;
  /** Threads inside one inference. */
  readonly threads: number;
  /** Milliseconds a run may take; one that takes longer has failed, though its worker is waited for. */
  readonly runMsMax: number;
  /** Called when the worker died or was given up, as another one is being started. */
  readonly onDied: (message: string) => void;
}

type Pool = WorkerPool<OnnxSettings, OnnxJob, OnnxResult, LoadedModel>;

/** Runs the model; one call at a time makes sense, since there is one worker. */
export class OnnxSession implements ModelRunner {
  readonly #options: OnnxSessionOptions;
  #pool: Pool;
  /** One whose worker hangs in native code, which nothing can end: it is left until that returns. */
  #lost: Pool | undefined;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  /** What runs takes its course; callers have deadlines of their own. */
  readonly #never = new AbortController().signal;
  #runtime = "";
  /** Why the model that was loaded cannot be served. */
  #contradiction: string | undefined;
  #loads = 0;
  #isReady = false;

  private constructor(options: OnnxSessionOptions) {
    this.#options = options;
    this.#pool = this.#open();
  }

  #open(): Pool {
    const { manifest, model, slots, threads, runMsMax, onDied } = this.#options;
    const { input, output } = manifest;
    const pool: Pool = new WorkerPool({
      workerUrl: new URL("./onnx_worker.ts", import.meta.url),
      settings: { model, input, output, slots, threads },
      workers: 1,
      // Every input of a run holds a slot, which bounds them.
      queueMax: Infinity,
      jobMsMax: runMsMax,
      action: "compute embedding",
      tooLong: "internal",
      onReady: (loaded) => this.#onReady(loaded as LoadedModel),
      onReplaced: (_, message) => {
        this.#isReady = false;
        onDied(message);
      },
    });
    return pool;
  }

  /**
   * Loads the model and compares its inputs and outputs with the manifest.
   *
   * @throws {Error} when the model does not load or its tensors have other names.
   */
  static async create(options: OnnxSessionOptions): Promise<OnnxSession> {
    const session = new OnnxSession(options);
    const { name } = options.manifest;
    try {
      await session.#pool.started;
    } catch (error) {
      throw new Error(`Cannot load model ${name}: ${(error as Error).cause}`);
    }
    if (session.#contradiction === undefined) return session;
    throw new Error(`Cannot serve model ${name} as ${session.#contradiction}`);
  }

  /** Whether runs are taken: not while another worker is being started, or the only one is lost in a run. */
  get isReady(): boolean {
    return this.#isReady && !this.#pool.isBroken;
  }

  /** Times the model was loaded: its file may be another one by now. */
  get loads(): number {
    return this.#loads;
  }

  /** Name and version of the runtime. */
  get runtime(): string {
    return this.#runtime;
  }

  /**
   * Embeds the inputs in the given slots.
   *
   * @returns f32 [n, dim], not checked.
   * @throws {GatewayError} `internal` when the model fails, the worker dies or takes too long, or none is ready.
   */
  async run(slots: readonly number[]): Promise<Float32Array> {
    if (!this.isReady) throw modelFailed("its worker is not ready");
    const pool = this.#pool;
    try {
      return await pool.run(slots, [], this.#never);
    } catch (thrown) {
      if (thrown instanceof LateJob) this.#watchLate(pool, thrown);
      const { cause, message } = toGatewayError(thrown);
      throw modelFailed(cause ?? message);
    }
  }

  [Symbol.dispose](): void {
    this.#isReady = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#pool[Symbol.dispose]();
    this.#lost?.[Symbol.dispose]();
  }

  /**
   * Gives the worker of a late run as long again, as its pool does. That ends one that is in JavaScript; of one that is in
   * native code another takes the place then, with a session of its own: one at a time, since each holds a core and memory.
   */
  #watchLate(pool: Pool, { message, ended }: LateJob): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (pool !== this.#pool || this.#lost !== undefined) return;
      this.#lost = pool;
      this.#isReady = false;
      pool.close();
      this.#options.onDied(`${message}, nor as long again; its native code cannot be ended`);
      this.#pool = this.#open();
    }, this.#options.runMsMax);
    this.#timers.add(timer);
    void ended.then(() => {
      clearTimeout(timer);
      this.#timers.delete(timer);
      if (pool !== this.#lost) return;
      this.#lost = undefined;
      pool[Symbol.dispose]();
    });
  }

  /** After every start, since the file may have changed meanwhile. */
  #onReady(loaded: LoadedModel): void {
    this.#loads++;
    this.#runtime = loaded.runtime;
    this.#contradiction = contradiction(loaded, this.#options.manifest);
    if (this.#contradiction === undefined) this.#isReady = true;
    else this[Symbol.dispose]();
  }
}

function modelFailed(cause: unknown): GatewayError {
  return new GatewayError("internal", "Cannot compute embedding because the model failed", {
    cause,
  });
}
