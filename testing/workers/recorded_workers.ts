/** Watches the workers that the code under test starts: Deno's sanitizers do not see one that is left running. */

/** A real worker that remembers whether it was told to end. */
interface RecordedWorker {
  readonly worker: Worker;
  readonly isTerminated: boolean;
  /** The first message that it was sent; `undefined` before. */
  readonly firstMessage: unknown;
  /** Lets no more messages through to the worker: to whoever waits for an answer, it hangs. */
  silence(): void;
}

/** Every worker started since, in order; disposing stops watching. */
export interface WorkerRecord extends Disposable {
  readonly all: readonly RecordedWorker[];
  /** Workers that were not told to end. */
  readonly alive: readonly RecordedWorker[];
}

type Recorded = { -readonly [Key in keyof RecordedWorker]: RecordedWorker[Key] };

/** Begins to watch. Workers behave as ever. */
export function recordWorkers(): WorkerRecord {
  const all: Recorded[] = [];
  const RealWorker = globalThis.Worker;
  globalThis.Worker = class extends RealWorker {
    readonly #record: Recorded = {
      worker: this,
      isTerminated: false,
      firstMessage: undefined,
      silence: () => {
        this.postMessage = () => {};
      },
    };

    constructor(...parameters: ConstructorParameters<typeof RealWorker>) {
      super(...parameters);
      all.push(this.#record);
    }

    override postMessage(
      message: unknown,
      options?: StructuredSerializeOptions | Transferable[],
    ): void {
      this.#record.firstMessage ??= message;
      super.postMessage(message, Array.isArray(options) ? { transfer: options } : options);
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
