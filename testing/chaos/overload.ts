/** Far more requests than the gateway can answer, from clients who do not wait for replies. */
import {
  type BadDay,
  closedLoop,
  type Load,
  loadGood,
  pause,
  rowOf,
  type Scenario,
  startGateway,
  unlessShort,
} from "./bad_day.ts";
import type { GatewayProcess } from "./gateway_process.ts";
import { keptShare, percent } from "./kept_share.ts";
import type { LoadedPhase, LoadReport } from "./load_main.ts";
import { breach } from "./row.ts";
import { Watch, type Watched } from "./watch.ts";

const FACTORS = [0.5, 1, 2, 4, 8];
const FACTORS_SHORT = [4];
const CAPACITY_CLIENTS = 16;
/** What follows each overload, to see the recovery. */
const RECOVERY = { factor: 0.5, seconds: 3 };
const SETTLE_MS = 1000;
/** Memory grows for some seconds, whatever the load. */
const WARM_UP_SECONDS = { full: 8, short: 4 };

const GOODPUT_SHARE_MIN = 0.9;
const P99_MS_MAX = 1000;
const RECOVERY_MS_MAX = 1000;
/** In the short form the closed loop is over before its own memory has grown. */
const RSS_FACTOR_MAX = { full: 1.3, short: 2 };
/** A photo's time, at this load, may be late: half the capacity is no overload. */
const NO_OVERLOAD = 0.5;

/** A load, as the closed loop or an open one saw it. */
interface Loaded {
  readonly load: LoadReport;
  readonly figures: LoadedPhase;
  readonly watched: Watched;
}

/** Constant arrivals at 0.5 to 8 times the capacity that a closed loop finds at first. */
export const OVERLOAD: Scenario = {
  name: "overload",
  about: "constant arrivals at 0.5, 1, 2, 4 and 8 times the capacity of a closed loop",
  needsTriton: false,
  async play(day) {
    await using gateway = await startGateway(day);
    await loadGood(
      day,
      gateway,
      closedLoop(day.isShort ? WARM_UP_SECONDS.short : WARM_UP_SECONDS.full, CAPACITY_CLIENTS),
    );
    const closed = await loadWatched(day, gateway, closedLoop(day.seconds, CAPACITY_CLIENTS));
    day.report(rowOf(`${engine(day)} closed loop`, { gateway, ...closed }));
    for (const factor of day.isShort ? FACTORS_SHORT : FACTORS) {
      if (gateway.death !== undefined) break;
      await pause(SETTLE_MS);
      await playFactor(day, gateway, { factor, closed });
    }
  },
};

async function playFactor(
  day: BadDay,
  gateway: GatewayProcess,
  { factor, closed }: { readonly factor: number; readonly closed: Loaded },
): Promise<void> {
  const capacity = closed.figures.goodputPerSecond;
  const logBytes = gateway.logBytes;
  const loaded = await loadWatched(day, gateway, {
    phases: [
      { kind: "open", perSecond: capacity * factor, seconds: day.seconds },
      { kind: "open", perSecond: capacity * RECOVERY.factor, seconds: RECOVERY.seconds },
    ],
  });
  const logged = (gateway.logBytes - logBytes) / loaded.watched.seconds / 1024;
  const { breaches, notes } = judgeOverload(day, { factor, closed, loaded });
  day.report(rowOf(`${engine(day)} ${factor}×`, { gateway, ...loaded }, {
    breaches,
    notes: [...notes, `log ${logged.toFixed(0)} KiB/s`],
  }));
}

async function loadWatched(
  day: BadDay,
  gateway: GatewayProcess,
  options: Load,
): Promise<Loaded> {
  const watch = new Watch(gateway);
  const load = await loadGood(day, gateway, options);
  return { load, figures: load.phases[0] as LoadedPhase, watched: await watch.stop() };
}

function judgeOverload(
  day: BadDay,
  { factor, closed, loaded }: { factor: number; closed: Loaded; loaded: Loaded },
) {
  const { figures, load, watched } = loaded;
  const kept = keptShare({
    alone: closed.figures,
    beside: figures,
    offeredPerSecond: Math.min(1, factor) * closed.figures.goodputPerSecond,
    isApart: day.cpusGateway !== undefined || factor <= NO_OVERLOAD,
  });
  const recovery = load.phases[1] as LoadedPhase;
  const rssFactor = day.isShort ? RSS_FACTOR_MAX.short : RSS_FACTOR_MAX.full;
  const rssMax = rssFactor * closed.watched.rssMib.max;
  return {
    breaches: [
      ...unlessShort(day, [
        ...breach(
          kept.judged >= GOODPUT_SHARE_MIN,
          `goodput is ${percent(kept.judged)} of the capacity: at least ${
            percent(GOODPUT_SHARE_MIN)
          }`,
        ),
        ...breach(figures.p99Ms <= P99_MS_MAX, `p99 of good replies is above ${P99_MS_MAX} ms`),
        ...breach(
          recovery.recoveryMs <= RECOVERY_MS_MAX,
          `recovery took ${recovery.recoveryMs.toFixed(0)} ms`,
        ),
      ]),
      ...breach(
        watched.rssMib.max <= rssMax,
        `memory is above ${rssFactor} × the closed loop's: ${rssMax.toFixed(0)} MiB`,
      ),
    ],
    notes: [
      [
        `goodput ${kept.text}`,
        `processor time ${figures.watchedCpuSeconds.toFixed(1)} s`,
        `the load's ${figures.cpuSeconds.toFixed(1)} s`,
        `latest sent ${load.lateMsMax.toFixed(0)} ms late`,
      ].join("; "),
      [
        `recovered in ${recovery.recoveryMs.toFixed(0)} ms`,
        `slowest probe ${watched.probeMsMax.toFixed(0)} ms`,
        ...Number.isNaN(figures.otherP99Ms)
          ? []
          : [`p99 of other replies ${figures.otherP99Ms.toFixed(0)} ms`],
      ].join("; "),
    ],
  };
}

function engine({ triton }: BadDay): string {
  return triton === undefined ? "embedded" : "triton";
}
