/** Requests at a steady rate, and what came of them. */
import { fileURLToPath } from "node:url";
import type { Cluster } from "./cluster.ts";

const PROGRAM = fileURLToPath(new URL("asker_main.ts", import.meta.url));
const PHOTOS = ["galaxies.jpg", "cat.jpg"]
  .map((name) => fileURLToPath(new URL(`../photos/${name}`, import.meta.url)));

/** One request. Times are milliseconds since 1970. */
export interface Asked {
  /** When it was to be sent. */
  readonly dueMs: number;
  /** When its reply was read, or it was given up. */
  readonly repliedMs: number;
  /** 0 without a reply. */
  readonly status: number;
  /** The reply's x-model-digest. */
  readonly digest: string | null;
  /** The reply's x-embedding-space. */
  readonly space: string | null;
  /** The first 8 numbers of each embedding. */
  readonly heads: readonly (readonly number[])[];
  /** The reply's error code, or why there was none. */
  readonly error: string | null;
}

/** Asks until it is told to stop. */
export interface Asker extends AsyncDisposable {
  /** All requests, in the order in which they were due. */
  stop(): Promise<Asked[]>;
}

/** How it asks. */
export interface AskerOptions {
  readonly perSecond: number;
  /** A connection of its own for each request; otherwise they are kept. */
  readonly isFresh?: boolean;
  /** In a request, one or two. */
  readonly photos?: 1 | 2;
}

/** Begins to ask. */
export function startAsker(cluster: Cluster, url: string, settings: AskerOptions): Asker {
  const { perSecond, isFresh = false, photos = 1 } = settings;
  const options = [`--rate=${perSecond}`, `--connections=${isFresh ? "fresh" : "reused"}`];
  const deno = [
    Deno.execPath(),
    "run",
    "-q",
    "--no-prompt",
    "--allow-read",
    "--allow-net",
    PROGRAM,
  ];
  const [program = "", ...args] = cluster.machine
    .inside("network", [...deno, `${url}/embed`, ...PHOTOS.slice(0, photos), ...options]);
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped" }).spawn();
  const output = child.output();
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) await child.stdin.close();
    isStopped = true;
    const { stdout } = await output;
    const text = new TextDecoder().decode(stdout).trim();
    return text === "" ? [] : text.split("\n").map((line): Asked => JSON.parse(line));
  };
  return { stop, [Symbol.asyncDispose]: async () => void await stop() };
}

/** Requests that were not answered with 200, by status and error. */
export function losses(asked: readonly Asked[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, error } of asked.filter((one) => one.status !== 200)) {
    const name = `${status} ${error}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** For how long requests failed, from the first such due on to the first good one due behind the last; 0 if none did. */
export function outageMs(asked: readonly Asked[]): number {
  const first = asked.findIndex(({ status }) => status !== 200);
  if (first < 0) return 0;
  const last = asked.findLastIndex(({ status }) => status !== 200);
  const until = asked[last + 1]?.dueMs ?? Infinity;
  return until - (asked[first]?.dueMs ?? 0);
}
