/** Text → token ids of a CLIP model, as open_clip 3.3.0's SimpleTokenizer has them. */
import { encodeBytePairs } from "./byte_pairs.ts";
import { cleanLines } from "./clean/clean_lines.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { END_OF_TEXT, START_OF_TEXT, wordsOf } from "./words.ts";

/** Words whose ids are remembered, some 2 MB of them: captions have few. */
const KNOWN_WORDS_MAX = 8192;

/** UTF-16 units of a word that is remembered. */
const KNOWN_WORD_LENGTH_MAX = 32;

/**
 * UTF-16 units of a word that are looked at, for each id of the context; no token of CLIP has more than 32 bytes, so the
 * context is full long before.
 *
 * What stands behind could change what is before it only by a chain of merges, each before its left neighbour's, over
 * thousands of bytes. None is known.
 */
const WORD_LENGTH_PER_ID = 256;

/** Room for the marks at both ends. */
const CONTEXT_LENGTH_MIN = 2;

/** What a text became. */
export interface Tokens {
  /** [context length]: the mark of the start, words, the mark of the end, zeros. The caller's own. */
  readonly ids: Int32Array<ArrayBuffer>;
  /** How many of them are no filling: the two marks, and what is between them. */
  readonly count: number;
  /** Whether words at the text's end found no place. */
  readonly isTruncated: boolean;
}

/** Options of a `Tokenizer`. */
export interface TokenizerOptions {
  /** Ids of a text, both marks among them: 77 for CLIP. */
  readonly contextLength: number;
}

/** For one thread; it remembers the ids of words, and forgets them all when they are many. */
export class Tokenizer {
  readonly #vocabulary: Vocabulary;
  readonly #contextLength: number;
  readonly #known = new Map<string, readonly number[]>();
  readonly #utf8 = new TextEncoder();

  /** @throws {RangeError} when the context has no room for the marks at both ends. */
  constructor(vocabulary: Vocabulary, { contextLength }: TokenizerOptions) {
    if (!Number.isInteger(contextLength) || contextLength < CONTEXT_LENGTH_MIN) {
      throw new RangeError(
        `Cannot tokenize into ${contextLength} ids: it must be an integer of at least ${CONTEXT_LENGTH_MIN}`,
      );
    }
    this.#vocabulary = vocabulary;
    this.#contextLength = contextLength;
  }

  /**
   * Cleans and encodes a text. Takes any string: a lone surrogate is U+FFFD, as it is to the reference.
   *
   * The time is near linear in the text's length, and lines behind the one that fills the context are not cleaned; whoever
   * takes texts from strangers limits their length first.
   */
  encode(text: string): Tokens {
    const { startOfText, endOfText } = this.#vocabulary;
    const ids = new Int32Array(this.#contextLength);
    const last = this.#contextLength - 1;
    ids[0] = startOfText;
    let count = 1;
    for (const line of cleanLines(text)) {
      for (const word of wordsOf(line)) {
        for (const id of this.#wordIds(word)) {
          if (count === last) {
            ids[last] = endOfText;
            return { ids, count: ids.length, isTruncated: true };
          }
          ids[count++] = id;
        }
      }
    }
    ids[count++] = endOfText;
    return { ids, count, isTruncated: false };
  }

  #wordIds(word: string): readonly number[] {
    if (word.length > KNOWN_WORD_LENGTH_MAX) return this.#encodeWord(word);
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const ids = this.#encodeWord(word);
    if (this.#known.size >= KNOWN_WORDS_MAX) this.#known.clear();
    this.#known.set(word, ids);
    return ids;
  }

  #encodeWord(word: string): readonly number[] {
    if (word === START_OF_TEXT) return [this.#vocabulary.startOfText];
    if (word === END_OF_TEXT) return [this.#vocabulary.endOfText];
    return encodeBytePairs(
      this.#utf8.encode(word.slice(0, WORD_LENGTH_PER_ID * this.#contextLength)),
      this.#vocabulary,
    );
  }
}
