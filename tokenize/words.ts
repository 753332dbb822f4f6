/** Where open_clip cuts clean text into words: the pattern of its SimpleTokenizer. */
import { NEWER_LETTERS, NEWER_NUMBERS } from "./newer_letters.ts";

/** The mark of a text's start; written in a text it is a word, whose id is the mark's own. */
export const START_OF_TEXT = "<start_of_text>";

/** The same of its end. */
export const END_OF_TEXT = "<end_of_text>";

const LETTERS = `\\p{L}${NEWER_LETTERS}`;
const NUMBERS = `\\p{N}${NEWER_NUMBERS}`;

/**
 * The text is in lower case. The reference matches without regard to case, by which ſ, which stays, is an s, and U+0345, a
 * mark with a letter for its capital, is in no class: it is left out. JavaScript's flag would take it for a letter.
 */
const WORD = new RegExp(
  [
    "<[sſ]tart_of_text>",
    END_OF_TEXT,
    "'(?:[sſ]|t|re|ve|m|ll|d)",
    `[${LETTERS}]+`,
    `[${NUMBERS}]`,
    // \s would take U+FEFF for a space.
    `[^\\p{White_Space}\\u0345${LETTERS}${NUMBERS}]+`,
  ].join("|"),
  "gu",
);

/** The words of clean text, one at a time: a reader who has enough stops. */
export function* wordsOf(text: string): Generator<string, void, undefined> {
  for (const [word] of text.matchAll(WORD)) yield word;
}
