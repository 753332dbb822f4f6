/** Two models of one gateway on one Triton: what the one has of it when the other one is gone, hangs, dies or is flooded. */
import { RealTriton } from "../real_triton.ts";
import {
  type BadDay,
  closedLoop,
  type Load,
  loadGood,
  pause,
  rowOf,
  type Scenario,
  startGateway,
} from "./bad_day.ts";
import type { GatewayProcess } from "./gateway_process.ts";
import type { LoadedPhase, LoadReport } from "./load_main.ts";
import { runLoadProcess } from "./load_process.ts";
import {
  type CountedModel,
  miscounts,
  type ModelCounts,
  readCounts,
  type Replies,
} from "./model_counts.ts";
import { killStub } from "./model_stub.ts";
import { breach } from "./row.ts";
import { untilServing } from "./serving.ts";
import { Watch } from "./watch.ts";

/** The model that is measured and must not fail, which is the gateway's default, and the one that suffers. */
const GOOD = "dct_512";
const BAD = "dct_512_u8";
const MODELS = [GOOD, BAD];
/**
 * Arrivals a second: far less than a model can do, and of the good one so few that it keeps within its part even where a
 * machine of few cores makes it slow.
 */
const RATE = { good: 25, bad: 100 };
const FLOOD_CLIENTS = 256;
/** Before the good model is measured, so that the bad one's load is there. */
const LEAD_SECONDS = 0.5;
const WARM_UP_SECONDS = 2;
const RELOAD_MS = 500;
/** More than counts come behind replies. */
const SETTLE_MS = 2000;
/** Deadline of requests, so that a model that hangs has some that pass it. */
const TIMEOUT_MS = "2000";

/** What happens to the bad model while the good one is measured. */
interface ModelDay {
  readonly name: string;
  /** Of the bad model; its arrivals unless given. */
  readonly load?: (seconds: number) => Load;
  readonly begin?: (triton: RealTriton) => Promise<void>;
  /** Goes on until the signal. */
  readonly goOn?: (triton: RealTriton, signal: AbortSignal) => Promise<void>;
  /** Makes it well again. */
  readonly end?: (triton: RealTriton) => Promise<void>;
  /** Whether Triton loads the model again, and counts from 0 then. */
  readonly isForgotten?: boolean;
}

const arrivals = (perSecond: number, seconds: number): Load => ({
  phases: [{ kind: "open", perSecond, seconds }],
});
const reload = async (triton: RealTriton) => {
  // Triton loads again only what was changed.
  await triton.repository.write({ source: BAD, scripted: true });
  await triton.loadModel(BAD);
};

const DAYS: readonly ModelDay[] = [
  { name: "beside" },
  {
    name: "unloaded",
    isForgotten: true,
    begin: (triton) => triton.unloadModel(BAD),
    end: (triton) => triton.loadModel(BAD),
  },
  { name: "reloaded", isForgotten: true, begin: reload },
  {
    name: "reloaded_often",
    isForgotten: true,
    async goOn(triton, signal) {
      while (!signal.aborted) {
        await reload(triton);
        await pause(RELOAD_MS);
      }
    },
  },
  {
    name: "hung",
    begin: (triton) => triton.repository.setScript(BAD, { hold: true }),
    end: (triton) => triton.repository.setScript(BAD, {}),
  },
  {
    name: "killed",
    isForgotten: true,
    begin: (triton) => killStub(triton.repository.path, BAD),
    end: reload,
  },
  { name: "flooded", load: (seconds) => closedLoop(seconds, FLOOD_CLIENTS) },
];

/** All of them on one gateway, as each model must come back. */
export const MODEL_DAYS: Scenario = {
  name: "models",
  about: `one of two models on Triton is ${DAYS.map(({ name }) => name).join(", ")}`,
  needsTriton: true,
  async play(day) {
    await using triton = await RealTriton.start([{ source: GOOD }, {
      source: BAD,
      scripted: true,
    }]);
    await using gateway = await startGateway(day, {
      env: {
        GATEWAY_TRITON_URL: triton.process.grpcUrl,
        GATEWAY_MODELS: `${GOOD},${BAD}`,
        GATEWAY_REQUEST_TIMEOUT_MS: TIMEOUT_MS,
        GATEWAY_IMAGE_TIMEOUT_MS: TIMEOUT_MS,
      },
    });
    for (const model of MODELS) await untilServing(gateway.url, model);
    await loadGood(day, gateway, arrivals(RATE.good, WARM_UP_SECONDS));
    const pair = { triton, gateway };
    const aloneMs = await playDay(day, pair, { name: "alone", bad: undefined, aloneMs: undefined });
    for (const bad of DAYS) {
      if (day.part !== undefined && day.part !== bad.name) continue;
      await playDay(day, pair, { name: bad.name, bad, aloneMs });
    }
  },
};

interface Pair {
  readonly triton: RealTriton;
  readonly gateway: GatewayProcess;
}

interface DayPlan {
  readonly name: string;
  /** Nobody asks for the bad model when absent. */
  readonly bad: ModelDay | undefined;
  /** The good model's p99 alone, once it is known. */
  readonly aloneMs: number | undefined;
}

/** Plays a day; the good model's p99 in milliseconds. */
async function playDay(day: BadDay, pair: Pair, { name, bad, aloneMs }: DayPlan): Promise<number> {
  const { triton, gateway } = pair;
  const before = await readCounts(gateway.url, triton, MODELS);
  const watch = new Watch(gateway);
  const asking = bad === undefined ? undefined : askBad(day, gateway, bad);
  if (bad !== undefined) await pause(LEAD_SECONDS * 1000);
  await bad?.begin?.(triton);
  const measured = new AbortController();
  const goingOn = bad?.goOn?.(triton, measured.signal);
  const load = await loadGood(day, gateway, arrivals(RATE.good, day.seconds));
  measured.abort();
  await goingOn;
  await bad?.end?.(triton);
  const asked = await asking;
  const watched = await watch.stop();
  const [figures] = load.phases as [LoadedPhase];
  const others = asked?.phases[0]?.codes ?? {};
  const wrongCounts = await settledMiscounts(pair, before, [
    { model: GOOD, codes: figures.codes, isForgotten: false },
    { model: BAD, codes: others, isForgotten: bad?.isForgotten ?? false },
  ]);
  const isBack = bad === undefined || await untilServing(gateway.url, BAD) < Infinity;
  const failed = figures.due - figures.good;
  day.report(rowOf(`models ${name}`, { gateway, load, figures, watched }, {
    breaches: [
      ...breach(failed === 0, `${failed} of ${figures.due} requests of the good model failed`),
      ...breach((asked?.wrong ?? 0) === 0, `${asked?.wrong} embeddings of the bad model are wrong`),
      ...breach(isBack, "the bad model never came back"),
      ...wrongCounts,
    ],
    notes: [
      `${figures.due} requests, ${failed} failed; p99 ${timesAlone(figures.p99Ms, aloneMs)}`,
      ...bad === undefined ? [] : [`the bad model's: ${codesText(others)}`],
    ],
  }));
  return figures.p99Ms;
}

/** Asks for the bad model from before the good one is measured until after. */
async function askBad(day: BadDay, gateway: GatewayProcess, bad: ModelDay): Promise<LoadReport> {
  const seconds = day.seconds + 2 * LEAD_SECONDS;
  return await runLoadProcess(gateway.url, {
    photos: day.photos.folder,
    cpus: day.cpusLoad,
    model: BAD,
    ...bad.load?.(seconds) ?? arrivals(RATE.bad, seconds),
  });
}

/** What is miscounted for good: both count a request a moment behind its reply. */
async function settledMiscounts(
  { triton, gateway }: Pair,
  before: ModelCounts,
  seen: readonly CountedModel[],
): Promise<string[]> {
  const giveUpMs = performance.now() + SETTLE_MS;
  for (;;) {
    const found = miscounts(before, await readCounts(gateway.url, triton, MODELS), seen);
    if (found.length === 0 || performance.now() > giveUpMs) return found;
    await pause(SETTLE_MS / 10);
  }
}

function timesAlone(p99Ms: number, aloneMs: number | undefined): string {
  const ms = `${p99Ms.toFixed(1)} ms`;
  return aloneMs === undefined ? ms : `${ms}, ${(p99Ms / aloneMs).toFixed(2)} × alone`;
}

function codesText(codes: Replies): string {
  return Object.entries(codes).map((code) => code.join(": ")).join(", ");
}
