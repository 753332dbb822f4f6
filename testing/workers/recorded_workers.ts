/** Watches the workers that the code under test starts: Deno's sanitizers do not see one that is left running. */

/** A real worker that remembers whether it was told to end. */
export interface RecordedWorker {
  readonly worker: Worker;
  readonly isTerminated: boolean;
}

/** Every worker started since, in order; disposing stops watching. */
export interface WorkerRecord extends Disposable {
  readonly all: readonly RecordedWorker[];
  /** Workers that were not told to end. */
  readonly alive: readonly RecordedWorker[];
}

/** Begins to watch. Workers behave as ever. */
export function recordWorkers(): WorkerRecord {
  const all: { worker: Worker; isTerminated: boolean }[] = [];
  const RealWorker = globalThis.Worker;
  globalThis.Worker = class extends RealWorker {
    readonly #record = { worker: this as Worker, isTerminated: false };

    constructor(...parameters: ConstructorParameters<typeof RealWorker>) {
      super(...parameters);
      all.push(this.#record);
    }

    override terminate(): void {
      this.#record.isTerminated = true;
      super.terminate();
    }
  };
  return {
    all,
    get alive() {
      return all.filter(({ isTerminated }) => !isTerminated);
    },
    [Symbol.dispose]: () => {
      globalThis.Worker = RealWorker;
    },
  };
}
