/** Texts to the token ids that a model takes, on the thread that asks: a sentence takes less time than a hop. */
import type { EmbedInput, EncodedInput } from "../contract/embed_request.ts";
import { GatewayError } from "../contract/errors.ts";
import type { ModelTelemetry } from "../telemetry/events.ts";
import type { RequestScope } from "./pipeline.ts";
import type { TextTurns } from "./text_turns.ts";

/** What a text became. */
interface TextTokens {
  /** [context length], the caller's own. */
  readonly ids: Int32Array<ArrayBuffer>;
  /** How many of them the text takes, with the marks at its start and its end. */
  readonly count: number;
  readonly isTruncated: boolean;
}

/** The tokenizer of a model. */
export interface TextTokenizer {
  /** Takes any text. */
  encode(text: string): TextTokens;
}

/** Texts as the pipeline takes them. */
export interface ReadTexts {
  /** i32 [context length], little-endian, or why there are none. */
  readonly inputs: readonly EncodedInput[];
  /** Positions of those whose end found no place. */
  readonly truncated: readonly number[];
  /** Ids of all of them that are no filling. */
  readonly tokens: number;
}

/** The same while they are read. */
interface MutableTexts {
  readonly inputs: EncodedInput[];
  readonly truncated: number[];
  tokens: number;
}

/** What a reader is made of. */
export interface TextReaderOptions {
  readonly tokenizer: TextTokenizer;
  readonly telemetry: Pick<ModelTelemetry, "textTokenized">;
  /** All models' of this thread. */
  readonly turns: Pick<TextTurns, "first" | "next">;
}

/** Milliseconds for which one request's texts may hold the thread before others have a turn. */
const TURN_MS = 5;

/** UTF-16 units of a request's texts that need no turn: a millisecond at their worst, as short as a small photo. */
const UNITS_AT_ONCE = 1024;

/** Reads the texts of requests for one model. */
export class TextReader {
  readonly #options: TextReaderOptions;
  /** What becomes of a text without any word. */
  readonly #nothing: Int32Array;

  constructor(options: TextReaderOptions) {
    this.#options = options;
    this.#nothing = options.tokenizer.encode("").ids;
  }

  /**
   * Tokenizes the texts of one request; errors among them stay.
   *
   * @throws {GatewayError} the deadline's reason.
   */
  async read(
    texts: readonly EmbedInput[],
    { deadline, stamp }: Pick<RequestScope, "deadline" | "stamp">,
  ): Promise<ReadTexts> {
    const { turns } = this.#options;
    const read: MutableTexts = { inputs: [], truncated: [], tokens: 0 };
    for (let next = 0; next < texts.length;) {
      using _ = next > 0
        ? await turns.next()
        : lengthOf(texts) > UNITS_AT_ONCE
        ? await turns.first()
        : undefined;
      deadline.assertRemainingMs();
      const started = performance.now();
      do this.#readInput(texts, next++, read); while (
        next < texts.length && performance.now() - started <= TURN_MS
      );
      stamp("tokenize", performance.now() - started);
    }
    return read;
  }

  #readInput(
    texts: readonly EmbedInput[],
    index: number,
    read: MutableTexts,
  ): void {
    const text = texts[index] as EmbedInput;
    if (typeof text !== "string") {
      read.inputs.push(text);
      return;
    }
    const { ids, count, isTruncated } = this.#options.tokenizer.encode(text);
    if (ids.every((id, index) => id === this.#nothing[index])) {
      read.inputs.push(nothingToEmbed());
      return;
    }
    this.#options.telemetry.textTokenized(isTruncated);
    read.inputs.push(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength));
    read.tokens += count;
    if (isTruncated) read.truncated.push(index);
  }
}

/** UTF-16 units of all texts. */
function lengthOf(texts: readonly EmbedInput[]): number {
  return texts.reduce((sum, text) => sum + (typeof text === "string" ? text.length : 0), 0);
}

/** Its embedding would have a direction all the same, and be near to some photos more than to others. */
function nothingToEmbed(): GatewayError {
  return new GatewayError(
    "invalid_text",
    "Cannot embed text as it must hold a word, a number or a sign: there is none in it",
  );
}
