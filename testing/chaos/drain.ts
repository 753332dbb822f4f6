/** SIGTERM while clients are busy on connections that they keep. */
import {
  type BadDay,
  closedLoop,
  loadGood,
  pause,
  rowOf,
  type Scenario,
  startGateway,
} from "./bad_day.ts";
import type { LoadedPhase, LoadReport } from "./load_main.ts";
import { NO_REPLY } from "./load/figures.ts";
import { breach, type Row } from "./row.ts";
import { Watch } from "./watch.ts";

const CLIENTS = 16;
const DELAYS_MS = [0, 1000];
const TIMES = { full: 20, short: 2 };
/** Of load before the signal, and after it beyond the delay. */
const BEFORE_MS = 1000;
const AFTER_MS = 700;

/** Many gateways one after another, with each delay. */
export const DRAIN: Scenario = {
  name: "drain",
  about: `${TIMES.full} SIGTERMs under ${CLIENTS} clients that keep their connections`,
  needsTriton: false,
  async play(day) {
    for (const delayMs of DELAYS_MS) {
      if (day.part !== undefined && day.part !== String(delayMs)) continue;
      const rows: Row[] = [];
      for (let left = day.isShort ? TIMES.short : TIMES.full; left > 0; left--) {
        rows.push(await drainOnce(day, delayMs));
      }
      day.report(sum(`SIGTERM × ${rows.length}, delay ${delayMs} ms`, rows));
    }
  },
};

async function drainOnce(day: BadDay, delayMs: number): Promise<Row> {
  const env = { GATEWAY_DRAIN_DELAY_MS: String(delayMs) };
  await using gateway = await startGateway(day, { env });
  const watch = new Watch(gateway);
  const seconds = (BEFORE_MS + delayMs + AFTER_MS) / 1000;
  const loading = loadGood(day, gateway, closedLoop(seconds, CLIENTS));
  await pause(BEFORE_MS);
  const stopMs = performance.now();
  const code = await gateway.stop();
  const tookMs = performance.now() - stopMs;
  const load = await loading;
  const watched = { ...await watch.stop(), probes: 0, probesFailed: 0, probeMsMax: 0 };
  const [figures] = load.phases as [LoadedPhase];
  return rowOf("", { gateway, load: loadOf(load), figures, watched }, {
    breaches: [
      ...breach(code === 0, `the exit code was ${code}`),
      ...breach(figures.good > 0, "no reply came before the signal"),
    ],
    notes: [`${tookMs.toFixed(0)}`],
  });
}

/** Rounding is no news here. */
function loadOf(load: LoadReport): LoadReport {
  return { ...load, near: 0 };
}

/** One row of many: counts are added up, a breach that came again is told once. */
function sum(scenario: string, rows: readonly Row[]): Row {
  const [first] = rows as [Row];
  const codes: Record<string, number> = {};
  for (const row of rows) {
    for (const [code, count] of Object.entries(row.codes)) {
      codes[code] = (codes[code] ?? 0) + count;
    }
  }
  const add = (value: (row: Row) => number) => rows.reduce((total, row) => total + value(row), 0);
  const breached = rows.filter(({ breaches }) => breaches.length > 0);
  // Their counts are added up in the row.
  const kinds = new Set(
    breached.flatMap(({ breaches }) => breaches.map((text) => text.replace(/^\d+ /, ""))),
  );
  const slowest = Math.max(...rows.map(({ notes: [took = "0"] }) => Number(took)));
  return {
    ...first,
    scenario,
    codes,
    goodputPerSecond: add((row) => row.goodputPerSecond) / rows.length,
    p50Ms: add((row) => row.p50Ms) / rows.length,
    p99Ms: Math.max(...rows.map((row) => row.p99Ms)),
    lost: add((row) => row.lost),
    wrong: add((row) => row.wrong),
    breaches: breached.length === 0 ? [] : [
      `${breached.length} of ${rows.length}: ` +
      [...kinds].join("; "),
    ],
    notes: [
      `slowest end ${slowest.toFixed(0)} ms; ` +
      `${codes[NO_REPLY.unaccepted] ?? 0} on connections that may not have been accepted`,
    ],
  };
}
