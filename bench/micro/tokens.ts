/** Token ids of texts: ours beside open_clip's SimpleTokenizer, by turns on the same texts. */
import { cpuUsage } from "node:process";
import { fileURLToPath } from "node:url";
import { readMerges, readTokens, VOCABULARY_SHA256 } from "../../testing/tokens/read_tokens.ts";
import { Tokenizer } from "../../tokenize/tokenizer.ts";
import { tokenizerId } from "../../tokenize/tokenizer_id.ts";
import { parseVocabulary, type Vocabulary } from "../../tokenize/vocabulary.ts";
import { CommandChild } from "../processes/child.ts";
import { markdownTable } from "../report/readme_table.ts";
import { summarize } from "../timing/statistics.ts";

const SCRIPT = fileURLToPath(new URL("tokens.py", import.meta.url));
const CONTEXT_LENGTH = 77;

/** Plain captions at the end of the goldens. */
const CAPTIONS = 1000;

/** What one pass over the texts gave; the time is the processor's, which a busy machine stretches less. */
interface Pass {
  readonly milliseconds: number;
  readonly ids: readonly ArrayLike<number>[];
}

/** What the script can be asked to do. */
interface Commands {
  encode(texts: readonly string[]): Pass;
}

/**
 * Processor time a text, texts a second of one core, and how many texts come out otherwise.
 *
 * @throws {Error} where CLIP's vocabulary is missing.
 */
export async function tokensTable(rounds: number, python: string): Promise<string> {
  const merges = readMerges();
  if (merges === undefined) {
    throw new Error("Run python3.11 testing/tokens/make_vocabulary.py first");
  }
  const vocabulary = parseVocabulary(merges);
  await using reference = new CommandChild<Commands>([python, SCRIPT]);
  const texts = readTokens().entries.map(({ text }) => text);
  const captions = texts.slice(-CAPTIONS);
  const rows: string[][] = [];
  for (
    const [name, list] of [
      ["captions", captions],
      ["captions, no word twice", captions.map(withoutRepeats)],
      ["nasty texts", texts.slice(0, -CAPTIONS)],
    ] as const
  ) {
    const ours: Pass[] = [];
    const theirs: Pass[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(encode(list, vocabulary));
      theirs.push(await reference.call("encode", list));
    }
    rows.push(row(`${name}, ours`, ours, list.length));
    rows.push(row(`${name}, open_clip`, theirs, list.length));
    rows.push([
      `${name}, mismatches of all`,
      `${mismatches(ours[0], theirs[0])}`,
      "",
      String(list.length),
    ]);
  }
  const table = markdownTable(["texts", "CPU µs min", "median", "texts/s"], rows);
  const identity = { vocabularySha256: VOCABULARY_SHA256, contextLength: CONTEXT_LENGTH };
  return `${table}\n\nTokenizer: ${tokenizerId(identity)}`;
}

/** A tokenizer that knows no word yet. */
function encode(texts: readonly string[], vocabulary: Vocabulary): Pass {
  const tokenizer = new Tokenizer(vocabulary, { contextLength: CONTEXT_LENGTH });
  const started = cpuUsage();
  const ids = texts.map((text) => tokenizer.encode(text).ids);
  const { user, system } = cpuUsage(started);
  return { milliseconds: (user + system) / 1000, ids };
}

/** Letters of the text's number go into its words, so that none is known from another text. */
function withoutRepeats(text: string, number: number): string {
  const letters = number.toString(26).replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "");
  return text.replace(/[A-Za-z]+/g, `$&${letters}`);
}

function row(name: string, passes: readonly Pass[], texts: number): string[] {
  const { min, p50 } = summarize(passes.map(({ milliseconds }) => milliseconds * 1000 / texts));
  return [name, min.toFixed(1), p50.toFixed(1), String(Math.round(1e6 / min))];
}

function mismatches(ours: Pass | undefined, theirs: Pass | undefined): number {
  return (ours?.ids ?? []).filter((ids, index) =>
    Array.from(ids).join() !== Array.from(theirs?.ids[index] ?? []).join()
  ).length;
}
