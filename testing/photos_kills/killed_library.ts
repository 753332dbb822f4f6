/** A library that is made by runs that are killed, beside one that nobody disturbed. */
import { away, type GatewayFront } from "../gateway_front.ts";
import type { Mode } from "../../photos/embed/source.ts";
import { type PhotosResult, runPhotos } from "./photos_process.ts";

/** How a library is made. */
export interface LibraryRun {
  /** Of the photos. */
  readonly folder: string;
  /** Of the library, in that folder and hidden. */
  readonly name: string;
  readonly mode: Mode;
  /** For modes that ask a gateway. */
  readonly front: GatewayFront;
  readonly env: Readonly<Record<string, string>>;
}

/** What making one was like. */
export interface LibraryRunResult {
  readonly kills: number;
  readonly seconds: number;
  readonly peakMib: number;
  readonly last: PhotosResult;
}

/** Nothing happens before: a process starts. */
const KILL_FIRST_MS = 300;
/** Some runs are through before their moment comes: so many times as many are begun at most. */
const ROUNDS_MAX = 4;

/** Runs a command of `photos` on it. */
export async function runOn(
  { folder, name, mode, front, env }: LibraryRun,
  command: string,
  options: { readonly killAfterMs?: number; readonly args?: readonly string[] } = {},
): Promise<PhotosResult> {
  const library = ["--library", `${folder}/${name}`, "--mode", mode, "--json"];
  const url = mode === "local" ? [] : ["--url", front.url];
  const { args = [], ...rest } = options;
  return await runPhotos({
    args: [command, folder, "--no-page", ...library, ...url, ...args],
    ...{ folder, env, ...rest },
  });
}

/**
 * Makes a library by runs of `photos all`, so many of them killed at random moments, then one to its end. In mode auto
 * the gateway is away in every other run, from some moment on.
 *
 * @param undisturbedMs How long a run takes that nobody kills.
 * @throws {Error} with what was said where the last run failed.
 */
export async function makeByKilledRuns(
  run: LibraryRun,
  { kills, undisturbedMs, random }: {
    readonly kills: number;
    readonly undisturbedMs: number;
    readonly random: () => number;
  },
): Promise<LibraryRunResult> {
  const { front, mode } = run;
  const started = performance.now();
  let [killed, peakMib] = [0, 0];
  for (let round = 0; killed < kills && round < ROUNDS_MAX * kills; round++) {
    // Starts included, a run gets on by its share of the work at most twice.
    const spanMs = KILL_FIRST_MS + 2 * undisturbedMs / kills;
    const killAfterMs = KILL_FIRST_MS + random() * spanMs;
    const leaving = mode === "auto" && round % 2 === 1
      ? setTimeout(() => front.instead = away, killAfterMs / 2)
      : undefined;
    const result = await runOn(run, "all", { killAfterMs });
    clearTimeout(leaving);
    front.instead = undefined;
    killed += Number(result.isKilled);
    peakMib = Math.max(peakMib, result.peakMib);
  }
  if (mode === "auto") front.instead = away;
  const last = await runOn(run, "all");
  front.instead = undefined;
  if (last.code !== 0) throw new Error(`The last run failed: ${last.err}`);
  const seconds = (performance.now() - started) / 1000;
  return { kills: killed, seconds, peakMib: Math.max(peakMib, last.peakMib), last };
}
