/** `photos embed`: a vector for every photo that has none. */
import type { EmbedTotals } from "../embed/embed_missing.ts";
import { keepEmbedding, type KeptEmbedding } from "../embed/keep_embedding.ts";
import type { Library } from "../library/library.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { counted, printable, type ProgressLine, timeLeft } from "../../command/terminal.ts";

/** Failures of which each is named; the others are counted. */
const NAMED_MAX = 20;

/** Embeds and tells what came of it. */
export async function embedCommand(options: CommandOptions): Promise<number> {
  using library = openExisting(options);
  using _lock = library.lock("photos embed");
  const { refused, problems } = await embedInto(library, options);
  return refused + problems.length === 0 ? 0 : 1;
}

/** Embeds what a library lacks, with a line of progress, and says what a person should know. */
export async function embedInto(library: Library, options: CommandOptions): Promise<EmbedTotals> {
  const { line, signal, concurrency, shard, isJson } = options;
  if (options.retriesRefused) library.vectors.forgetRefusals();
  const started = performance.now();
  const kept = await keepEmbedding(library, {
    signal,
    ...concurrency !== undefined && { concurrency },
    ...shard !== undefined && { shard },
    source: options.source,
    takesPreviews: options.takesPreviews,
    allowsMixed: options.allowsMixed,
    isNewModel: options.isNewModel,
    say: (sentence) => line.say(sentence),
    onProgress: (totals, { concurrency, retrying }) =>
      line.show(() => stateOf(totals, { concurrency, retrying, started })),
  });
  line.clear();
  sayFailed(library, kept.totals, line);
  if (isJson) print(JSON.stringify({ ...kept.embedder, ...kept.totals }));
  else print(summary(kept, performance.now() - started));
  return kept.totals;
}

function sayFailed(library: Library, { problems }: EmbedTotals, line: ProgressLine): void {
  const failed = library.vectors.refusals();
  for (const { path, message } of failed.slice(0, NAMED_MAX)) {
    line.say(`${printable(path)}: ${message}`);
  }
  if (failed.length > NAMED_MAX) line.say(`… and ${failed.length - NAMED_MAX} more`);
  for (const { path, problem } of problems) line.say(`${printable(path)}: ${problem}`);
}

interface State {
  readonly concurrency: number;
  readonly retrying: Error | undefined;
  readonly started: number;
}

function stateOf(totals: EmbedTotals, { concurrency, retrying, started }: State): string {
  const { wanted, embedded, refused, problems } = totals;
  const done = embedded + refused + problems.length;
  const elapsedMs = performance.now() - started;
  return [
    `Embedding: ${done} of ${wanted}`,
    `${(done / elapsedMs * 1000).toFixed(0)}/s`,
    timeLeft(done, wanted, elapsedMs),
    `${concurrency} at a time`,
    ...refused + problems.length > 0 ? [`${refused + problems.length} failed`] : [],
    ...retrying === undefined ? [] : [`trying again: ${retrying.message}`],
  ].filter((part) => part !== "").join(", ");
}

function summary({ totals, model }: KeptEmbedding, ms: number): string {
  const { embedded, refused, problems, madeBy } = totals;
  const rate = embedded === 0 ? "" : ` (${(embedded / ms * 1000).toFixed(0)}/s)`;
  const failed = refused + problems.length;
  const places = Object.entries(madeBy).map(([place, count]) => {
    const name = place === "local" ? "here" : place;
    return count === embedded ? `, ${name}` : `, ${count} ${name}`;
  }).join("");
  return `Embedded ${counted(embedded, "photo")} by ${model}${places}, in ${
    (ms / 1000).toFixed(1)
  } s${rate}` + (failed === 0 ? "" : `; ${failed} failed`);
}
