/** `photos embed`: a vector for every photo that has none. */
import { embedMissing, type EmbedTotals } from "../embed/embed_missing.ts";
import { openSource, type Source } from "../embed/source.ts";
import type { Library } from "../library/library.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { counted, printable, timeLeft } from "./terminal.ts";

/** Failures of which each is named; the others are counted. */
const NAMED_MAX = 20;

/** Embeds and tells what came of it. */
export async function embedCommand(options: CommandOptions): Promise<number> {
  using library = openExisting(options);
  const { refused, problems } = await embedInto(library, options);
  return refused + problems.length === 0 ? 0 : 1;
}

/** Embeds what a library lacks by the gateway that was asked for. */
export async function embedInto(library: Library, options: CommandOptions): Promise<EmbedTotals> {
  await using source = await openSource(options.source, (text) => options.line.say(text));
  const totals = await embedPhotos(library, source, options);
  if (options.isJson) print(JSON.stringify({ ...source.embedder, ...totals }));
  return totals;
}

/** Embeds with a line of progress, and says what a person should know. */
async function embedPhotos(
  library: Library,
  source: Source,
  options: CommandOptions,
): Promise<EmbedTotals> {
  const { line, signal, concurrency, shard, isJson } = options;
  if (options.retriesRefused) library.vectors.forgetRefusals();
  const started = performance.now();
  const totals = await embedMissing(library, source, {
    signal,
    ...concurrency !== undefined && { concurrency },
    ...shard !== undefined && { shard },
    onProgress: (totals, { concurrency, retrying }) =>
      line.show(() => stateOf(totals, { concurrency, retrying, started })),
  });
  line.clear();
  const failed = library.vectors.refusals();
  for (const { path, message } of failed.slice(0, NAMED_MAX)) {
    line.say(`${printable(path)}: ${message}`);
  }
  if (failed.length > NAMED_MAX) line.say(`… and ${failed.length - NAMED_MAX} more`);
  for (const { path, problem } of totals.problems) line.say(`${printable(path)}: ${problem}`);
  if (!isJson) print(summary(totals, source, performance.now() - started));
  return totals;
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

function summary({ embedded, refused, problems }: EmbedTotals, source: Source, ms: number): string {
  const rate = embedded === 0 ? "" : ` (${(embedded / ms * 1000).toFixed(0)}/s)`;
  const failed = refused + problems.length;
  return `Embedded ${counted(embedded, "photo")} by ${source.model}, ${
    source.isLocal ? "here" : source.madeBy
  }, in ${(ms / 1000).toFixed(1)} s${rate}` + (failed === 0 ? "" : `; ${failed} failed`);
}
