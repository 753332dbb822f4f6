/** The vocabulary of CLIP's byte-pair encoding, as `merges.txt` of the model hub has it. */
import { PairTable } from "./pair_table.ts";

/** Of OpenAI's list, the merges that count: 49,152 tokens less the bytes, twice, and two marks. */
const MERGES_MAX = 48_894;

/** What stands behind the last byte of a word. */
const WORD_END = "</w>";

/** Which symbols merge into which; a symbol is its token's id, and a lower id merges first. */
export interface Vocabulary {
  /** Ids of the 256 bytes within a word. */
  readonly bytes: Uint16Array;
  /** Ids of the 256 bytes at the end of a word. */
  readonly endBytes: Uint16Array;
  /** What two neighbours become. */
  readonly merged: Pick<PairTable, "get">;
  readonly startOfText: number;
  readonly endOfText: number;
}

/**
 * Reads a `merges.txt`: a line that begins with `#version`, then a merge a line, of which the first 48,894 count.
 *
 * @throws {SyntaxError} when it is no such text, or a merge's parts are unknown where it stands, or its result is not new:
 * merges could then not be told apart by their ids.
 */
export function parseVocabulary(text: string): Vocabulary {
  const [head = "", ...lines] = text.split("\n");
  if (!head.startsWith("#version")) {
    throw new SyntaxError(
      `Cannot read merges as their first line must begin with #version: it has ${head.length} characters`,
    );
  }
  const merges = lines.slice(0, MERGES_MAX);
  while (merges.at(-1)?.trim() === "") merges.pop();
  if (merges.length === 0) throw new SyntaxError("Cannot read merges as there are none");
  const letters = byteLetters();
  const ids = new Map<string, number>();
  for (const ending of ["", WORD_END]) {
    // The order of ids is that of the letters that stand for themselves, then of the others.
    for (const letter of letters.inOrder) ids.set(letter + ending, ids.size);
  }
  const idsOf = (ending: string) =>
    Uint16Array.from(letters.byByte, (letter) => ids.get(letter + ending) ?? 0);
  const [bytes, endBytes] = [idsOf(""), idsOf(WORD_END)];
  return {
    bytes,
    endBytes,
    merged: mergedPairs(merges, ids),
    startOfText: ids.size,
    endOfText: ids.size + 1,
  };
}

/** Gives every merge the next id, in `ids`. */
function mergedPairs(merges: readonly string[], ids: Map<string, number>): PairTable {
  const merged = new PairTable(merges.length);
  for (const [index, line] of merges.entries()) {
    const [first = "", second = "", ...more] = line.trim().split(/\s+/);
    const left = ids.get(first);
    const right = ids.get(second);
    if (left === undefined || right === undefined || more.length > 0) {
      throw new SyntaxError(
        `Cannot read line ${
          index + 2
        } of the merges as it must be two known parts with a space between`,
      );
    }
    if (ids.has(first + second)) {
      throw new SyntaxError(`Cannot read line ${index + 2} of the merges as its result is not new`);
    }
    merged.set(left, right, ids.size);
    ids.set(first + second, ids.size);
  }
  return merged;
}

/**
 * The letters that stand for bytes in the file, as GPT-2 wrote it: printable Latin-1 for itself, the other bytes by
 * U+0100 and what follows.
 */
function byteLetters(): { readonly byByte: string[]; readonly inOrder: string[] } {
  const isPrintable = (byte: number) =>
    (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const others = bytes.filter((byte) => !isPrintable(byte));
  const byByte = bytes.map((byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : 0x100 + others.indexOf(byte))
  );
  const order = [...bytes.filter(isPrintable), ...others];
  return { byByte, inOrder: order.map((byte) => byByte[byte] ?? "") };
}
