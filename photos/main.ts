/** `deno task photos`: a library of photos and its near-duplicates. */
import { resolve } from "node:path";
import { oneOf, type Parsed, positive, runProgram, UsageError } from "../command/program.ts";
import { SETTING_NAMES } from "../gateway/config/config.ts";
import { type Command, type CommandOptions, libraryFolder } from "./commands/command.ts";
import { allCommand } from "./commands/all.ts";
import { applyCommand } from "./commands/apply.ts";
import { embedCommand } from "./commands/embed.ts";
import { exportCommand } from "./commands/export.ts";
import { groupsCommand } from "./commands/groups.ts";
import { mergeCommand } from "./commands/merge.ts";
import { reviewCommand } from "./commands/review.ts";
import { scanCommand } from "./commands/scan.ts";
import { searchCommand } from "./commands/search.ts";
import { statsCommand } from "./commands/stats.ts";
import { trashCommand } from "./commands/trash.ts";
import { undoCommand } from "./commands/undo.ts";
import { ProgressLine } from "../command/terminal.ts";
import type { Mode } from "./embed/source.ts";
import { EXPORT_FORMATS } from "./export/export_library.ts";
import type { PairMethod } from "./groups/near_pairs.ts";
import { inWords } from "./library/trouble.ts";

const PROGRAM = {
  help: `Usage: deno task photos COMMAND DIR... [options]

Finds near-duplicates among photos. What it knows of them is kept in DIR/.photos; the photos are only read.

  all DIR...     everything: scan, embed, groups
  scan DIR...    notes which files are there: new, changed and gone ones
  embed DIR      embeds photos that have no vector yet; may be cut and run again
  groups DIR     prints groups of near-duplicates, the best shot of each first
  merge DIR LIB… takes over vectors that other machines have made
  review DIR     serves a page on which groups are looked through, for this machine alone
  apply DIR      tells which photos are marked trash; with --yes, moves them to DIR/.photos/trash
  undo DIR [RUN] brings back what the last run of apply moved, or the run that is named
  trash DIR      prints the runs of apply
  search DIR WORDS|PHOTO   prints the photos that are nearest to words, or to a photo
  export DIR     writes vectors to --out, for other programs
  stats DIR      prints what the library holds

  --library PATH     where the library is (default: .photos in the first DIR)
  --url URL          a gateway that embeds; without one, photos are embedded here
  --mode MODE        remote: by the gateway alone; local: here alone; auto: here where the gateway is not there (auto)
  --key-file FILE    holds the gateway's API key; or PHOTOS_API_KEY has it
  --model NAME       the model of photos (default: the gateway's)
  --threshold N      cosine from which photos are near-duplicates, 0 to 1 (default: the model's)
  --limit N          groups or photos to print (default: 100 groups, 20 photos; with --json all groups)
  --pairs METHOD     exact: compare all pairs; approximate: find nearly all (default: exact up to 200,000 photos)
  --out PATH         a new file for export; of npy, PATH.jsonl has what its rows are of
  --format FORMAT    of export: jsonl, npy, parquet, sqlite (parquet)
  --concurrency N    requests in flight (default: as many as line and gateway carry)
  --shard I/N        embed the I-th of N shares, for several machines
  --retry-refused    send photos again that the gateway has refused
  --previews         embed the JPEG previews of raw files, which no gateway decodes
  --new-model        embed all photos again where the model is another than the library's
  --allow-mixed      let vectors of another preprocess id join, where photos of the library come out the same
  --port N           of the review page (default: any that is free)
  --open             open the review page in a browser
  --no-page          end behind the groups, where all goes on to the review page
  --yes              move files, where apply only tells what it would do
  --json             print JSON, a line a result, and no progress

Exit codes: 0 done; 1 failed, or some photos failed; 64 used wrongly; 130 interrupted, and nothing lost.`,
  allowPositionals: true,
  options: {
    library: { type: "string" },
    url: { type: "string" },
    mode: { type: "string", default: "auto" },
    "key-file": { type: "string" },
    model: { type: "string" },
    threshold: { type: "string" },
    limit: { type: "string" },
    pairs: { type: "string" },
    out: { type: "string" },
    format: { type: "string", default: "parquet" },
    concurrency: { type: "string" },
    shard: { type: "string" },
    "retry-refused": { type: "boolean", default: false },
    previews: { type: "boolean", default: false },
    "allow-mixed": { type: "boolean", default: false },
    "new-model": { type: "boolean", default: false },
    port: { type: "string" },
    open: { type: "boolean", default: false },
    "no-page": { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
} as const;

const COMMANDS: Readonly<Record<string, Command>> = {
  all: allCommand,
  scan: scanCommand,
  embed: embedCommand,
  groups: groupsCommand,
  merge: mergeCommand,
  review: reviewCommand,
  apply: applyCommand,
  undo: undoCommand,
  trash: trashCommand,
  search: searchCommand,
  export: exportCommand,
  stats: statsCommand,
};
const METHODS: readonly PairMethod[] = ["exact", "approximate"];
const MODES: readonly Mode[] = ["remote", "local", "auto"];
const EXIT_INTERRUPTED = 130;
const CONCURRENCY_MAX = 1024;
const PORT_MAX = 65535;

async function run({ values, positionals }: Parsed<typeof PROGRAM>): Promise<void> {
  const [name = "", ...operands] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(
      `${name === "" ? "A command is needed" : `There is no command ${name}`}: ${
        Object.keys(COMMANDS).join(", ")
      }`,
    );
  }
  const from = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  const folders = operands.map((operand) => resolve(from, operand));
  using line = new ProgressLine(values.json);
  const ending = new AbortController();
  const onSignal = () => ending.abort(new DOMException("Interrupted", "AbortError"));
  Deno.addSignalListener("SIGINT", onSignal);
  try {
    Deno.exitCode = await command({
      folders,
      operands,
      // The launcher has made it absolute.
      library: libraryFolder(values.library, folders),
      source: await sourceOf(values),
      threshold: values.threshold === undefined ? undefined : threshold(values.threshold),
      limit: values.limit === undefined ? undefined : limit(values.limit),
      out: values.out === undefined || values.out === "" ? undefined : values.out,
      format: oneOf("format", values.format, EXPORT_FORMATS),
      pairMethod: values.pairs === undefined ? undefined : oneOf("pairs", values.pairs, METHODS),
      concurrency: values.concurrency === undefined ? undefined : concurrency(values.concurrency),
      shard: values.shard === undefined ? undefined : shardOf(values.shard),
      isJson: values.json,
      retriesRefused: values["retry-refused"],
      takesPreviews: values.previews,
      allowsMixed: values["allow-mixed"],
      isNewModel: values["new-model"],
      isYes: values.yes,
      port: values.port === undefined ? 0 : port(values.port),
      opens: values.open,
      hasNoPage: values["no-page"],
      line,
      signal: ending.signal,
    });
  } catch (error) {
    if (!ending.signal.aborted) throw inWords(error, libraryFolder(values.library, folders));
    line.say("Interrupted; run again to go on");
    Deno.exitCode = EXIT_INTERRUPTED;
  } finally {
    Deno.removeSignalListener("SIGINT", onSignal);
  }
}

type Values = Parsed<typeof PROGRAM>["values"];

async function sourceOf(values: Values): Promise<CommandOptions["source"]> {
  const mode = MODES.find((mode) => mode === values.mode);
  if (mode === undefined) throw new UsageError(`--mode must be of ${MODES.join(", ")}`);
  const url = values.url ?? Deno.env.get("PHOTOS_URL");
  if (mode === "remote" && url === undefined) throw new UsageError("--mode remote needs --url");
  if (url !== undefined && !URL.canParse(url)) throw new UsageError(`--url is no URL: ${url}`);
  const key = values["key-file"] === undefined
    ? Deno.env.get("PHOTOS_API_KEY")
    : (await Deno.readTextFile(values["key-file"])).trim();
  const env = Object.fromEntries(SETTING_NAMES.map((name) => [name, Deno.env.get(name)]));
  return { mode, url, key, model: values.model, env };
}

function threshold(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new UsageError(`--threshold must be a number from 0 to 1: it is ${text}`);
}

function limit(text: string): number {
  const value = positive("limit", text);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`--limit must be an integer: it is ${text}`);
}

function concurrency(text: string): number {
  const value = positive("concurrency", text);
  if (Number.isInteger(value) && value <= CONCURRENCY_MAX) return value;
  throw new UsageError(`--concurrency must be an integer from 1 to ${CONCURRENCY_MAX}`);
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= PORT_MAX) return value;
  throw new UsageError(`--port must be an integer from 0 to ${PORT_MAX}: it is ${text}`);
}

function shardOf(text: string): { readonly index: number; readonly count: number } {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number) as [0, number, number];
  if (index >= 1 && index <= count) return { index, count };
  throw new UsageError(`--shard must be I/N with 1 ≤ I ≤ N: it is ${text}`);
}

if (import.meta.main) await runProgram(PROGRAM, run);
