// deno-lint-ignore-file no-console
/** `deno task bulk`: lists of photos to Parquet files of embeddings, a shard a file. */
import { resolve } from "node:path";
import { AdaptiveConcurrency } from "../client/adaptive_concurrency.ts";
import { BatchSize } from "../client/batch_size.ts";
import { EmbeddingClient } from "../client/embedding_client.ts";
import { plainMessage } from "../command/plain_message.ts";
import { type Parsed, positive, runProgram, UsageError } from "../command/program.ts";
import { ProgressLine } from "../command/terminal.ts";
import { BulkReport } from "./bulk_report.ts";
import { FinalError, withPaths } from "./final_error.ts";
import { runShards } from "./run_shards.ts";
import { findShards, type Share, shareOf } from "./shard.ts";

const PROGRAM = {
  help: `Usage: deno task bulk SHARD... --url URL --out DIR [options]

Embeds the photos of every shard by a gateway, and writes DIR/NAME.parquet for each: id, embedding, status,
preprocess_id, model_digest, embedding_space. A file has its name when it is whole, and a shard whose file is there
is left out: a run may be ended at any moment, and run again.

  SHARD              a list of photos: PATH or URL a line, or that, a tab and an id; a .tar of photos; or a folder
                     of such (.txt, .tsv, .list, .tar)

  --url URL          the gateway; or BULK_URL has it
  --out DIR          a folder that is there, on a disk that renames files
  --key-file FILE    holds the gateway's API key; or BULK_API_KEY has it
  --model NAME       the model of photos (default: the gateway's)
  --root DIR         where paths of lists begin (default: each list's folder)
  --completions N    shards are dealt out to N runs, as an Indexed Job has them; or BULK_COMPLETIONS has it
  --index I          which of them this is, from 0; or JOB_COMPLETION_INDEX has it
  --concurrency N    requests in flight (default: learnt, 32 at most)
  --read-ahead N     photos that are read before their turn (default: 64)
  --image-mib-max N  photos that are longer are not sent (default: 8, as the gateway has it)
  --failed-max PART  part of a shard's photos that may fail, 0 to 1; of more nothing is written (default: 0.5)
  --json             print lines of JSON, and progress every ten seconds

Exit codes: 0 done, photos that failed have their status; 1 failed, and may succeed another time; 64 used wrongly, or
65 there is something wrong with a shard, the folder, the key or the model: another time changes nothing; 130 and 143
interrupted. Nothing is lost by any of them.`,
  allowPositionals: true,
  options: {
    url: { type: "string" },
    out: { type: "string" },
    "key-file": { type: "string" },
    model: { type: "string" },
    root: { type: "string" },
    completions: { type: "string" },
    index: { type: "string" },
    concurrency: { type: "string" },
    "read-ahead": { type: "string", default: "64" },
    "image-mib-max": { type: "string", default: "8" },
    "failed-max": { type: "string", default: "0.5" },
    json: { type: "boolean", default: false },
  },
} as const;

type Values = Parsed<typeof PROGRAM>["values"];

/** sysexits.h: what was given to the program is wrong. */
const EXIT_FINAL = 65;
/** As shells have it: 128 and the signal's number. */
const EXIT_SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
const MIB = 1024 * 1024;
const IN_FLIGHT_MAX = 32;
/** A request closes with the photo that makes it as long as this: small photos travel 32 together, originals alone. */
const BATCH_BYTES = MIB;
/** Three minutes in sum, more or less: a gateway that is replaced, or loads its model, is waited for; a full one for ever. */
const RETRY = { attemptsMax: 16, waitMsMax: 20_000, share: 1, waitsForRoom: true };

async function run({ values, positionals }: Parsed<typeof PROGRAM>): Promise<void> {
  const url = values.url ?? Deno.env.get("BULK_URL");
  if (url === undefined || !URL.canParse(url)) {
    throw new UsageError("--url must be a gateway's URL");
  }
  if (values.out === undefined) throw new UsageError("--out is needed: a folder");
  if (positionals.length === 0) throw new UsageError("SHARD is needed");
  const share = shareFrom(values);
  const read = {
    root: values.root,
    bytesMax: positive("image-mib-max", values["image-mib-max"]) * MIB,
    readAheadMax: count("read-ahead", values["read-ahead"]),
  };
  const { concurrency, model } = values;
  const inFlight = concurrency === undefined
    ? new AdaptiveConcurrency({ max: IN_FLIGHT_MAX })
    : count("concurrency", concurrency);
  const failedMax = part("failed-max", values["failed-max"]);
  const ending = new AbortController();
  using _signals = onSignals((signal) => {
    Deno.exitCode = EXIT_SIGNALS[signal];
    ending.abort(new DOMException("Interrupted", "AbortError"));
  });
  using line = new ProgressLine(values.json);
  const from = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  try {
    const shards = await withPaths(findShards(positionals.map((path) => resolve(from, path))));
    const own = shareOf(shards, share);
    const report = new BulkReport({ isJson: values.json, line, shards: own.length });
    const { signal } = ending;
    const key = await withPaths(keyFrom(values));
    const client = new EmbeddingClient({ url, key, model, retry: RETRY });
    await runShards(own, {
      ...{ client, read, out: values.out, report, failedMax, signal },
      ...{ concurrency: inFlight, batchSize: new BatchSize(BATCH_BYTES) },
    });
  } catch (error) {
    if (ending.signal.aborted) return line.say("Interrupted; run again to go on");
    if (!(error instanceof FinalError)) throw error;
    line.clear();
    console.error(plainMessage(error));
    Deno.exitCode = EXIT_FINAL;
  }
}

function shareFrom(values: Values): Share {
  const completions = values.completions ?? Deno.env.get("BULK_COMPLETIONS");
  const index = values.index ?? Deno.env.get("JOB_COMPLETION_INDEX");
  if (completions === undefined && index === undefined) return { index: 0, completions: 1 };
  // Of a Job with fewer completions than shards, some would silently be nobody's.
  if (completions === undefined) throw new UsageError("--index needs --completions");
  if (index === undefined) throw new UsageError("--completions needs --index");
  const share = { index: Number(index), completions: count("completions", completions) };
  if (/^\d+$/.test(index) && share.index < share.completions) return share;
  throw new UsageError(`--index must be from 0 to ${share.completions - 1}: it is ${index}`);
}

async function keyFrom(values: Values): Promise<string | undefined> {
  const path = values["key-file"];
  const key = path === undefined ? Deno.env.get("BULK_API_KEY") : await Deno.readTextFile(path);
  return key?.trim();
}

function count(name: string, text: string): number {
  const value = positive(name, text);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`--${name} must be an integer: it is ${text}`);
}

function part(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new UsageError(`--${name} must be a number from 0 to 1: it is ${text}`);
}

/** Listens until it is disposed of. */
function onSignals(listener: (signal: keyof typeof EXIT_SIGNALS) => void): Disposable {
  const listeners = (["SIGINT", "SIGTERM"] as const).map((signal) => {
    const listen = () => listener(signal);
    Deno.addSignalListener(signal, listen);
    return () => Deno.removeSignalListener(signal, listen);
  });
  return { [Symbol.dispose]: () => listeners.forEach((remove) => remove()) };
}

if (import.meta.main) await runProgram(PROGRAM, run);
