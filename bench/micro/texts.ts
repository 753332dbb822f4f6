/** Embeddings of texts: the gateway's road beside open_clip in PyTorch, by turns on the same texts and as many threads. */
import { cpuUsage } from "node:process";
import { fileURLToPath } from "node:url";
import { compareEmbeddings } from "../../models/contract/vectors.ts";
import { SEEDED_FOLDER } from "../../testing/models/seeded_repository.ts";
import { makeServedRepository } from "../../testing/pairs/served_repository.ts";
import { readTokens } from "../../testing/tokens/read_tokens.ts";
import { CommandChild } from "../processes/child.ts";
import { markdownTable } from "../report/readme_table.ts";
import { short } from "../report/svg.ts";
import { medianOf } from "../timing/statistics.ts";
import { TextTower } from "./text_tower.ts";

const SCRIPT = fileURLToPath(new URL("texts.py", import.meta.url));
const WEIGHTS = `${SEEDED_FOLDER}weights.safetensors`;

const THREADS = [1, 2] as const;
const BATCHES = [1, 8] as const;
/** Plain captions of 8 to 33 tokens at the end of the goldens; some a turn, others in each. */
const CAPTIONS = 1000;
const CAPTIONS_A_TURN = 32;

/** What one turn took of the clock and of all processors together, and f32 [n, dim] in base64. */
interface Turn {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly embeddings: string;
}

/** What the script can be asked to do. */
interface Commands {
  embed(texts: readonly string[], batch: number, threads: number): Turn;
}

/** The texts that the gateway is measured with. */
export function captions(): readonly string[] {
  return readTokens().entries.slice(-CAPTIONS).map(({ text }) => text);
}

/**
 * Texts a second and processor time a text.
 *
 * @throws {Error} where CLIP's vocabulary is missing.
 */
export async function textsTable(rounds: number, python: string): Promise<string> {
  await makeServedRepository(true);
  await using stack = new AsyncDisposableStack();
  const reference = stack.use(new CommandChild<Commands>([python, SCRIPT, WEIGHTS]));
  const rows: string[][] = [];
  for (const threads of THREADS) {
    const tower = await TextTower.load(threads, stack);
    for (const batch of BATCHES) {
      const pairs: [Turn, Turn][] = [];
      // The first is for code to be compiled and memory to be had.
      for (let round = 0; round <= rounds; round++) {
        const texts = captionsOf(round);
        pairs.push([
          await takeTurn(tower, texts, batch),
          await reference.call("embed", texts, batch, threads),
        ]);
      }
      rows.push(row(`${threads} thread${threads === 1 ? "" : "s"}, ${batch} a batch`, pairs));
    }
  }
  const head = [
    "medians of turns",
    "texts/s",
    "open_clip",
    "ratio",
    "CPU ms",
    "open_clip",
    "ratio",
  ];
  return markdownTable([...head, "difference"], rows);
}

function captionsOf(round: number): string[] {
  const all = captions();
  const start = round * CAPTIONS_A_TURN;
  return Array.from(
    { length: CAPTIONS_A_TURN },
    (_, index) => all[(start + index) % all.length] as string,
  );
}

async function takeTurn(
  tower: TextTower,
  texts: readonly string[],
  batch: number,
): Promise<Turn> {
  const started = performance.now();
  const cpuStarted = cpuUsage();
  const embeddings: Float32Array[] = [];
  for (let first = 0; first < texts.length; first += batch) {
    embeddings.push(...await tower.embed(texts.slice(first, first + batch)));
  }
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = cpuUsage(cpuStarted);
  const numbers = Float32Array.from(embeddings.flatMap((embedding) => [...embedding]));
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    embeddings: new Uint8Array(numbers.buffer).toBase64(),
  };
}

/** Ratios are of turns beside each other: how many times as fast, and how much processor time of open_clip's. */
function row(name: string, pairs: readonly (readonly [Turn, Turn])[]): string[] {
  const difference = Math.max(...pairs.map(([ours, theirs]) => differenceOf(ours, theirs)));
  const measured = pairs.slice(1);
  const each = (figure: (ours: Turn, theirs: Turn) => number) =>
    short(medianOf(measured, ([ours, theirs]) => figure(ours, theirs)));
  const perSecond = ({ seconds }: Turn) => CAPTIONS_A_TURN / seconds;
  const cpuMs = ({ cpuSeconds }: Turn) => cpuSeconds * 1000 / CAPTIONS_A_TURN;
  return [
    name,
    each(perSecond),
    each((_, theirs) => perSecond(theirs)),
    each((ours, theirs) => perSecond(ours) / perSecond(theirs)),
    each(cpuMs),
    each((_, theirs) => cpuMs(theirs)),
    each((ours, theirs) => cpuMs(theirs) / cpuMs(ours)),
    difference.toExponential(1),
  ];
}

/** The largest of two elements. */
function differenceOf(ours: Turn, theirs: Turn): number {
  const [a, b] = [rowsOf(ours), rowsOf(theirs)];
  return Math.max(
    ...a.map((row, index) => compareEmbeddings(row, b[index] as Float32Array).maxDifference),
  );
}

function rowsOf({ embeddings }: Turn): Float32Array[] {
  const all = new Float32Array(Uint8Array.fromBase64(embeddings).buffer);
  const dim = all.length / CAPTIONS_A_TURN;
  return Array.from(
    { length: CAPTIONS_A_TURN },
    (_, index) => all.subarray(index * dim, (index + 1) * dim),
  );
}
