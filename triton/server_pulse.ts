/** Notices a server that still holds its connections and answers nothing: stopped, frozen, or on a machine that vanished. */
import type { CallLimits } from "./client.ts";
import { TritonError } from "./errors.ts";

/** What a pulse is made of. */
export interface ServerPulseOptions {
  /** Asks what a server that lives answers at once, however busy its models are. */
  readonly ask: (limits: CallLimits) => Promise<unknown>;
  /** Called when it does not answer, with the reason. */
  readonly onSilent: (cause: TritonError) => void;
}

/** Milliseconds without a word from the server after which it is asked, and in which it has to answer. */
const SILENCE_MS = 1000;
/** Questions in a row without an answer: the first may have gone by while this thread was held up. */
const QUESTIONS = 2;

/**
 * Asks only while nothing else is heard: under load every reply is a sign of life. A call that takes long says nothing
 * by itself, since models may.
 */
export class ServerPulse implements Disposable {
  readonly #options: ServerPulseOptions;
  readonly #closing = new AbortController();
  #heardAtMs = -Infinity;
  #callsInFlight = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: Promise<boolean> | undefined;

  constructor(options: ServerPulseOptions) {
    this.#options = options;
  }

  /** Makes a call, and asks for as long as it is in flight and the server silent. */
  async during<Reply>(call: () => Promise<Reply>): Promise<Reply> {
    this.#callsInFlight++;
    this.#watch(SILENCE_MS);
    try {
      const reply = await call();
      this.#heardAtMs = performance.now();
      return reply;
    } finally {
      this.#callsInFlight--;
    }
  }

  /** Whether the server was heard of within a second, or answers now; two seconds at most. */
  isAlive(): Promise<boolean> {
    if (performance.now() - this.#heardAtMs < SILENCE_MS) return Promise.resolve(true);
    this.#asking ??= this.#ask().finally(() => this.#asking = undefined);
    return this.#asking;
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  #watch(afterMs: number): void {
    if (this.#closing.signal.aborted) return;
    this.#timer ??= setTimeout(async () => {
      if (this.#callsInFlight > 0) await this.isAlive();
      this.#timer = undefined;
      if (this.#callsInFlight === 0) return;
      const silentMs = performance.now() - this.#heardAtMs;
      this.#watch(silentMs < SILENCE_MS ? SILENCE_MS - silentMs : SILENCE_MS);
    }, afterMs);
  }

  async #ask(): Promise<boolean> {
    const limits = { timeoutMs: SILENCE_MS, signal: this.#closing.signal };
    for (let question = 1;; question++) {
      const askedAtMs = performance.now();
      try {
        await this.#options.ask(limits);
        this.#heardAtMs = performance.now();
        return true;
      } catch (error) {
        // Something else was answered meanwhile.
        if (this.#heardAtMs >= askedAtMs) return true;
        if (!(error instanceof TritonError) || error.kind === "cancelled") return false;
        if (error.kind === "deadline" && question < QUESTIONS) continue;
        this.#options.onSilent(error);
        return false;
      }
    }
  }
}
