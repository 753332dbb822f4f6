/** Embedding that goes on while a gateway goes and comes back: here, where that makes the same vectors, or later. */
import { EmbeddingError } from "../../client/embedding_error.ts";
import { type Pause, pause } from "../../client/retry.ts";
import type { Library } from "../library/library.ts";
import type { Embedder } from "../library/vector_table.ts";
import { agreesWithLibrary, isSame } from "./agreement.ts";
import {
  embedMissing,
  type EmbedMissingOptions,
  type EmbedTotals,
  newTotals,
} from "./embed_missing.ts";
import { openLocal, openRemote, openSource, type Source, type SourceOptions } from "./source.ts";

/** How it is done. */
export interface KeepEmbeddingOptions extends Omit<EmbedMissingOptions, "totals" | "embedder"> {
  readonly source: SourceOptions;
  /** Whether vectors of another preprocess id may join the library's, once a photo of it came out the same. */
  readonly allowsMixed: boolean;
  /** Whether the library is embedded again where the model is another than its own. */
  readonly isNewModel: boolean;
  /** Told what a person should know, a sentence at a time. */
  readonly say: (sentence: string) => void;
  /** Waits between questions whether the gateway is back. */
  readonly pause?: Pause;
}

/** What came of it. */
export interface KeptEmbedding {
  readonly totals: EmbedTotals;
  readonly embedder: Embedder;
  readonly model: string;
}

/** Milliseconds between questions whether the gateway is back, at most; the first ones come sooner. */
const PROBE_EVERY_MS = 30_000;
const PROBE_FIRST_MS = 1_000;
/** A night: what is away longer is looked after by somebody. */
const WAIT_MS_MAX = 12 * 60 * 60 * 1000;

/**
 * Embeds to the end.
 *
 * @throws {Error} where the gateway refuses this client, or makes other vectors than the library has; what was embedded
 * before is kept. Or the signal's reason.
 */
export async function keepEmbedding(
  library: Library,
  options: KeepEmbeddingOptions,
): Promise<KeptEmbedding> {
  await using run = new Run(library, options);
  return await run.toItsEnd();
}

/** Ends a part of the run that embeds here: the gateway is back. */
class IsBack extends Error {
  readonly source: Source;

  constructor(source: Source) {
    super("the gateway is back");
    this.source = source;
  }
}

class Run implements AsyncDisposable {
  readonly #library: Library;
  readonly #options: KeepEmbeddingOptions;
  readonly #opened: Source[] = [];
  readonly #totals: EmbedTotals = newTotals();
  readonly #pause: Pause;
  #local: Source | undefined;
  /** What the library's vectors are of. */
  #embedder: Embedder | undefined;

  constructor(library: Library, options: KeepEmbeddingOptions) {
    this.#library = library;
    this.#options = options;
    this.#pause = options.pause ?? pause;
    this.#embedder = options.isNewModel ? undefined : library.vectors.chosen();
  }

  async toItsEnd(): Promise<KeptEmbedding> {
    let source = await this.#first();
    const embedder = this.#embedder ??= source.embedder;
    if (this.#options.isNewModel) this.#library.vectors.choose(embedder);
    for (;;) {
      try {
        await this.#part(source);
        return { totals: this.#totals, embedder, model: source.model };
      } catch (error) {
        if (error instanceof IsBack) {
          source = error.source;
          this.#options.say(`${source.madeBy} answers again: embedding there`);
        } else if (!source.isLocal && error instanceof EmbeddingError && error.isRetryable) {
          source = await this.#elsewhere(error.message);
        } else throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const source of this.#opened) await source[Symbol.asyncDispose]();
  }

  /** The gateway that was asked for, or what stands in for it; it makes vectors as the library has them. */
  async #first(): Promise<Source> {
    const source = this.#keep(
      await openSource(this.#options.source, this.#options.say, this.#options.signal),
    );
    if (source.isLocal) this.#local = source;
    if (this.#embedder === undefined || await this.#agrees(source)) return source;
    if (source.isLocal && this.#url !== undefined && this.#options.source.mode === "auto") {
      return await this.#untilBack(this.#differs(source));
    }
    throw new Error(
      `${this.#differs(source)}; --new-model embeds all photos again, and keeps the old vectors`,
    );
  }

  /** Embeds what is missing by one source; one here asks now and then whether the gateway is back. */
  async #part(source: Source): Promise<void> {
    const { signal } = this.#options;
    const ending = new AbortController();
    const probing =
      source.isLocal && this.#options.source.mode === "auto" && this.#url !== undefined
        ? this.#probe(ending)
        : Promise.resolve();
    try {
      await embedMissing(this.#library, source, {
        ...this.#options,
        signal: signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]),
        totals: this.#totals,
        ...this.#embedder !== undefined && { embedder: this.#embedder },
      });
    } finally {
      ending.abort();
      await probing;
    }
  }

  /** Asks until the gateway is back, which ends the part. */
  async #probe(ending: AbortController): Promise<void> {
    let said = "";
    while (!ending.signal.aborted) {
      try {
        await this.#pause(PROBE_EVERY_MS, ending.signal);
        const source = await this.#openRemote(ending.signal);
        if (await this.#agrees(source)) return ending.abort(new IsBack(source));
        said = this.#sayOnce(`${this.#differs(source)}: embedding on here`, said);
      } catch (error) {
        if (ending.signal.aborted) return;
        // What does not answer yet is no news.
        const isAway = error instanceof EmbeddingError && error.isRetryable;
        if (!isAway) said = this.#sayOnce(`${(error as Error).message}: embedding on here`, said);
      }
    }
  }

  #sayOnce(sentence: string, said: string): string {
    if (sentence !== said) this.#options.say(sentence);
    return sentence;
  }

  /** Where to go on while the gateway is away. */
  async #elsewhere(reason: string): Promise<Source> {
    if (this.#options.source.mode !== "auto") return await this.#untilBack(reason);
    try {
      const local = this.#local ??= this.#keep(await openLocal(this.#options.source));
      if (!await this.#agrees(local)) {
        return await this.#untilBack(`${reason}, and ${this.#differs(local)}`);
      }
      this.#options.say(`${reason}; embedding here until it answers`);
      return local;
    } catch (error) {
      if (this.#options.signal?.aborted) throw error;
      return await this.#untilBack(
        `${reason}, and nothing embeds here: ${(error as Error).message}`,
      );
    }
  }

  /** Waits for the gateway. @throws {Error} where it comes back as another, or does not. */
  async #untilBack(reason: string): Promise<Source> {
    const { say, signal } = this.#options;
    say(`${reason}; waiting for the gateway`);
    // Not by a clock: a laptop that sleeps has not waited.
    let waitedMs = 0;
    let waitMs = PROBE_FIRST_MS;
    for (;;) {
      await this.#pause(waitMs, signal);
      waitedMs += waitMs;
      waitMs = Math.min(2 * waitMs, PROBE_EVERY_MS);
      let source: Source;
      try {
        source = await this.#openRemote(signal);
      } catch (error) {
        const isAway = error instanceof EmbeddingError && error.isRetryable;
        if (!isAway || waitedMs >= WAIT_MS_MAX) throw error;
        continue;
      }
      if (!await this.#agrees(source)) throw new Error(this.#differs(source));
      say(`${source.madeBy} answers again`);
      return source;
    }
  }

  async #openRemote(signal: AbortSignal | undefined): Promise<Source> {
    return this.#keep(await openRemote(String(this.#url), this.#options.source, signal));
  }

  async #agrees(source: Source): Promise<boolean> {
    if (this.#embedder === undefined || isSame(source.embedder, this.#embedder)) return true;
    return this.#options.allowsMixed &&
      await agreesWithLibrary(this.#library, this.#embedder, source);
  }

  #differs({ isLocal, madeBy, embedder }: Source): string {
    const { space, preprocessId } = embedder;
    const who = isLocal ? "what embeds here" : madeBy;
    return `${who} makes other vectors (space ${space}, preprocess id ${preprocessId}) than the library has (${this.#embedder?.space}, ${this.#embedder?.preprocessId})`;
  }

  get #url(): string | undefined {
    return this.#options.source.url;
  }

  #keep(source: Source): Source {
    this.#opened.push(source);
    return source;
  }
}
