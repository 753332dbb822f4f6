/** Which cells a run measures, in which order, and which would take too long. */
import { bytesPerMs, type LinkProfile } from "../link/profile.ts";
import type { ClosedPattern, LoopLimits } from "../load/loop.ts";
import type { Series, SkippedCell } from "../report/result.ts";

/** How much to cross. */
export interface GridSize {
  readonly batches: readonly number[];
  readonly clients: readonly number[];
  /** How often to run the whole grid, for the noise between runs. */
  readonly rounds: number;
  /** Seconds a cell sends requests. */
  readonly cellSeconds: number;
}

/** What to cross. */
export interface GridChoice extends GridSize {
  readonly series: readonly Series[];
  readonly jpegBytesMean: number;
}

/** A cell to be run. */
export interface PlannedCell {
  readonly series: Series;
  readonly batch: number;
  readonly pattern: ClosedPattern;
  readonly limits: LoopLimits;
  readonly round: number;
}

/** Requests of each client at most. */
const REQUESTS_A_CLIENT = 30;
/** A cell in which every client waits longer than this for its first reply says nothing more than its estimate. */
const ROUND_SECONDS_MAX = 12;
/** Below this, JSON tensors go one at a time: each is 3 MB. */
const SLOW_LINK_MBIT = 100;
const TENSOR_BYTES = 3 * 224 * 224 * 4;
/** Text of a tensor's numbers, against their bytes. */
const JSON_SIZE = 5;
const BASE64_SIZE = 4 / 3;

/** Crosses series, batches and clients, round by round; with what it leaves out. */
export function planGrid(
  choice: GridChoice,
  link: LinkProfile,
): { readonly cells: PlannedCell[]; readonly skipped: SkippedCell[] } {
  const { cellSeconds: secondsMax } = choice;
  const cells: PlannedCell[] = [];
  const skipped: SkippedCell[] = [];
  for (let round = 0; round < choice.rounds; round++) {
    for (const batch of choice.batches) {
      for (const clients of choice.clients) {
        const pattern = { kind: "closed", clients } as const;
        const requestsMax = REQUESTS_A_CLIENT * clients;
        const limits = { requestsMax, secondsMax, graceSeconds: 2 * ROUND_SECONDS_MAX };
        for (const series of choice.series) {
          const reason = reasonToSkip(choice, link, { series, batch, clients });
          if (reason === undefined) cells.push({ series, batch, pattern, limits, round });
          else if (round === 0) skipped.push({ series: series.id, batch, clients, reason });
        }
      }
    }
  }
  return { cells, skipped };
}

/** Bytes of a request's body, about. */
function requestBytes(series: Series, batch: number, jpegBytesMean: number): number {
  if (series.way === "triton-json") return batch * TENSOR_BYTES * JSON_SIZE;
  if (series.sends === "tensor") return batch * TENSOR_BYTES;
  return batch * jpegBytesMean * (series.way === "gateway-raw" ? 1 : BASE64_SIZE);
}

interface ClosedChoice {
  readonly series: Series;
  readonly batch: number;
  readonly clients: number;
}

function reasonToSkip(
  choice: GridChoice,
  link: LinkProfile,
  cell: ClosedChoice,
): string | undefined {
  if (cell.series.way === "triton-json" && cell.batch > 1 && link.mbitPerSecond < SLOW_LINK_MBIT) {
    return "JSON tensors only one at a time on a slow link";
  }
  const seconds = roundSeconds(choice, link, cell);
  if (seconds <= ROUND_SECONDS_MAX) return undefined;
  return `the link alone needs ${seconds.toFixed(0)} s for one request of each client`;
}

/** How long the link is busy with one request of every client. */
function roundSeconds(choice: GridChoice, link: LinkProfile, cell: ClosedChoice): number {
  const bytes = requestBytes(cell.series, cell.batch, choice.jpegBytesMean) * cell.clients;
  return (link.rttMs + bytes / bytesPerMs(link)) / 1000;
}
