/** The reference's token ids as tests read them, and the real vocabulary where it is. */
import { parseVocabulary, type Vocabulary } from "../../tokenize/vocabulary.ts";

const FOLDER = new URL("./", import.meta.url);

/** CLIP's merges, as the model hub has them. */
export const VOCABULARY_SHA256 = "9fd691f7c8039210e0fced15865466c65820d09b63988b0174bfe25de299051a";

const VOCABULARY_FILE = new URL(`../../.cache/vocabularies/${VOCABULARY_SHA256}.txt`, FOLDER);

/** A text, and what open_clip makes of it. */
interface TokensEntry {
  readonly text: string;
  /** Without the zeros behind the end of text. */
  readonly ids: readonly number[];
}

/** `tokens.json`, as `make_tokens.py` wrote it. */
interface TokensGoldens {
  readonly contextLength: number;
  /** In the order of the file: nasty ones, then plain captions. */
  readonly entries: readonly TokensEntry[];
}

/** First and last code points of ranges. */
export type CodeRanges = readonly (readonly [number, number])[];

/** Every entry. */
export function readTokens(): TokensGoldens {
  const { context_length, texts } = JSON.parse(
    Deno.readTextFileSync(new URL("tokens.json", FOLDER)),
  );
  const entries = texts.map(([text, packed]: [string, string]) => ({
    text,
    ids: [...new Uint16Array(Uint8Array.fromBase64(packed).buffer)],
  }));
  return { contextLength: context_length, entries };
}

/** What the reference takes for letters, numbers and white space. */
export function readLetters(): Readonly<Record<"letters" | "numbers" | "spaces", CodeRanges>> {
  return JSON.parse(Deno.readTextFileSync(new URL("letters.json", FOLDER)));
}

/** The text of CLIP's merges; undefined where `make_vocabulary.py` did not put it. */
export function readMerges(): string | undefined {
  try {
    return Deno.readTextFileSync(VOCABULARY_FILE);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Registers a test that needs CLIP's vocabulary, which is fetched and never committed. */
export function testVocabulary(name: string, fn: (vocabulary: Vocabulary) => void): void {
  const merges = readMerges();
  if (merges !== undefined) Deno.test(name, () => fn(parseVocabulary(merges)));
  else Deno.test.ignore(`${name} (needs testing/tokens/make_vocabulary.py)`, () => {});
}
