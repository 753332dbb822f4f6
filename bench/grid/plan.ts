/** Which cells a run measures, in which order, and which would take too long. */
import { bytesPerMs, type LinkProfile } from "../link/profile.ts";
import type { LoadPattern, LoopLimits } from "../load/loop.ts";
import type { Series, SkippedCell } from "../report/result.ts";

/** What to cross. */
export interface GridChoice {
  readonly series: readonly Series[];
  readonly batches: readonly number[];
  readonly clients: readonly number[];
  /** Requests a second of an open loop, run beside the closed ones. */
  readonly rates: readonly number[];
  /** How often to run the whole grid, for the noise between runs. */
  readonly rounds: number;
  /** Seconds a cell sends requests. */
  readonly cellSeconds: number;
  readonly jpegBytesMean: number;
}

/** A cell to be run. */
export interface PlannedCell {
  readonly series: Series;
  readonly batch: number;
  readonly pattern: LoadPattern;
  readonly limits: LoopLimits;
  readonly round: number;
  /** About how long it takes, for the time that is left. */
  readonly secondsExpected: number;
}

/** The plan, and what it leaves out. */
export interface Plan {
  readonly cells: readonly PlannedCell[];
  readonly skipped: readonly SkippedCell[];
}

/** Requests of each client at most. */
const REQUESTS_A_CLIENT = 30;
/** A cell in which every client waits longer than this for its first reply says nothing more than its estimate. */
const ROUND_SECONDS_MAX = 12;
/** Below this, JSON tensors go one at a time: each is 3 MB. */
const SLOW_LINK_MBIT = 100;
/** Requests in flight of an open loop. */
const INFLIGHT_MAX = 256;
const TENSOR_BYTES = 3 * 224 * 224 * 4;
/** Text of a tensor's numbers, against their bytes. */
const JSON_SIZE = 5;
const BASE64_SIZE = 4 / 3;
/** Starting a cell: opening connections, warming up, reading counters. */
const OVERHEAD_SECONDS = 0.5;

/** Crosses series, batches and clients, round by round. */
export function planGrid(choice: GridChoice, link: LinkProfile): Plan {
  const cells: PlannedCell[] = [];
  const skipped: SkippedCell[] = [];
  for (let round = 0; round < choice.rounds; round++) {
    for (const batch of choice.batches) {
      for (const clients of choice.clients) {
        for (const series of choice.series) {
          const reason = reasonToSkip(choice, link, { series, batch, clients });
          if (reason === undefined) {
            cells.push(closedCell(choice, link, { series, batch, clients, round }));
          } else if (round === 0) {
            skipped.push({ series: series.id, batch, clients, reason });
          }
        }
      }
    }
    for (const perSecond of choice.rates) {
      for (const series of choice.series) {
        cells.push(openCell(choice, { series, perSecond, round }));
      }
    }
  }
  return { cells, skipped };
}

/** Bytes of a request's body, about. */
export function requestBytes(series: Series, batch: number, jpegBytesMean: number): number {
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

function closedCell(
  choice: GridChoice,
  link: LinkProfile,
  cell: ClosedChoice & { readonly round: number },
): PlannedCell {
  const { series, batch, clients, round } = cell;
  const requestsMax = REQUESTS_A_CLIENT * clients;
  const turn = roundSeconds(choice, link, cell);
  const sending = Math.min(choice.cellSeconds, REQUESTS_A_CLIENT * turn);
  return {
    series,
    batch,
    pattern: { kind: "closed", clients },
    limits: { requestsMax, secondsMax: choice.cellSeconds, graceSeconds: 2 * ROUND_SECONDS_MAX },
    round,
    secondsExpected: OVERHEAD_SECONDS + Math.max(sending, turn) +
      warmUpSeconds(choice, link, cell),
  };
}

/** One request on every connection, then three more, of one image each. */
function warmUpSeconds(choice: GridChoice, link: LinkProfile, cell: ClosedChoice): number {
  return roundSeconds(choice, link, { ...cell, batch: 1 }) +
    3 * roundSeconds(choice, link, { ...cell, batch: 1, clients: 1 });
}

function openCell(
  choice: GridChoice,
  cell: { readonly series: Series; readonly perSecond: number; readonly round: number },
): PlannedCell {
  const { cellSeconds } = choice;
  const { series, perSecond, round } = cell;
  return {
    series,
    batch: 1,
    pattern: { kind: "open", perSecond, inflightMax: INFLIGHT_MAX },
    limits: {
      requestsMax: Number.MAX_SAFE_INTEGER,
      secondsMax: cellSeconds,
      graceSeconds: cellSeconds,
    },
    round,
    secondsExpected: cellSeconds + OVERHEAD_SECONDS,
  };
}
