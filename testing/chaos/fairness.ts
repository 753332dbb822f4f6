/** A client that asks for as much as it can, beside one that sends good photos: how much each of them gets. */
import {
  type BadDay,
  closedLoop,
  loadGood,
  pause,
  rowOf,
  type Scenario,
  startGateway,
  unlessShort,
} from "./bad_day.ts";
import { type BombRequest, text } from "./bombs/bomb.ts";
import { plainPng } from "./bombs/png_bombs.ts";
import { keptShare, percent } from "./kept_share.ts";
import { writeRequest } from "./load/photo_folder.ts";
import type { LoadedPhase } from "./load_main.ts";
import { runLoadProcess } from "./load_process.ts";
import { breach } from "./row.ts";
import { Watch } from "./watch.ts";

/** Where the greedy client is. */
const GREEDY_ADDRESS = "127.0.0.2";
const WARM_UP_SECONDS = 2;
/** So that the greedy client is there before anybody measures, and until nobody does. */
const LEAD_SECONDS = 1.5;
/** Two clients have half of the capacity each; the good one would use all of it. */
const RATE_SHARE_MIN = 0.9 / 2;

/** What the greedy client does, and where it meets the good one. */
interface Greed {
  readonly name: string;
  readonly about: string;
  readonly connections: number;
  /** Settings of the gateway. */
  readonly env: Readonly<Record<string, string>>;
  readonly make: (day: BadDay) => Promise<BombRequest>;
}

/** 48 MB of pixels, which decoded may stand beside another one. */
const DEAR_SIDE = 4000;
const DEAR_CONNECTIONS = 40;
const BATCH_IMAGES = 32;
const BATCH_CONNECTIONS = 9;
const ALL_TO_WORKERS = { GATEWAY_INLINE_IMAGE_MS_MAX: "0" };

const makeDear = () => Promise.resolve(plainPng(DEAR_SIDE));

const GREEDS: readonly Greed[] = [
  {
    name: "dear",
    about: `${DEAR_CONNECTIONS} × PNG of 16 Mpixel, in one queue with photos`,
    connections: DEAR_CONNECTIONS,
    env: ALL_TO_WORKERS,
    make: makeDear,
  },
  {
    name: "dear_beside",
    about: `${DEAR_CONNECTIONS} × PNG of 16 Mpixel, beside photos that wait in no queue`,
    connections: DEAR_CONNECTIONS,
    env: {},
    make: makeDear,
  },
  {
    name: "batches",
    about: `${BATCH_CONNECTIONS} × ${BATCH_IMAGES} photos a request`,
    connections: BATCH_CONNECTIONS,
    env: {},
    make: makeBatch,
  },
  {
    name: "batches_queued",
    about: `${BATCH_CONNECTIONS} × ${BATCH_IMAGES} photos a request, in one queue with photos`,
    connections: BATCH_CONNECTIONS,
    env: ALL_TO_WORKERS,
    make: makeBatch,
  },
];

/** A greedy client of each kind. */
export const FAIRNESS: Scenario = {
  name: "fair",
  about: `a greedy client beside a good one: ${GREEDS.map(({ name }) => name).join(", ")}`,
  needsTriton: false,
  async play(day) {
    for (const greed of GREEDS) {
      if (day.part === undefined || day.part === greed.name) await playGreed(day, greed);
    }
  },
};

async function playGreed(day: BadDay, greed: Greed): Promise<void> {
  await using gateway = await startGateway(day, { env: greed.env });
  await loadGood(day, gateway, closedLoop(WARM_UP_SECONDS));
  const [alone] = (await loadGood(day, gateway, closedLoop(day.seconds))).phases as [LoadedPhase];
  await using folder = await requestFolder(await greed.make(day));
  const watch = new Watch(gateway);
  const greedy = runLoadProcess(gateway.url, {
    photos: folder.path,
    address: GREEDY_ADDRESS,
    cpus: day.cpusLoad,
    ...closedLoop(day.seconds + 2 * LEAD_SECONDS, greed.connections),
  });
  await pause(LEAD_SECONDS * 1000);
  const load = await loadGood(day, gateway, closedLoop(day.seconds));
  const [greedyFigures] = (await greedy).phases as [LoadedPhase];
  const watched = await watch.stop();
  const [figures] = load.phases as [LoadedPhase];
  const kept = keptShare({ alone, beside: figures, isApart: day.cpusGateway !== undefined });
  day.report(rowOf(`${greed.name} × ${greed.connections}`, { gateway, load, figures, watched }, {
    breaches: [
      ...breach(figures.good > 0, "the good client was never answered"),
      ...breach(greedyFigures.good > 0, "the greedy client was never answered"),
      ...unlessShort(
        day,
        breach(
          kept.judged >= RATE_SHARE_MIN,
          `the good client keeps ${percent(kept.judged)} of its rate: at least ${
            percent(RATE_SHARE_MIN)
          }`,
        ),
      ),
    ],
    notes: [
      `${greed.about}; alone ${alone.goodputPerSecond.toFixed(0)} good/s, p99 ` +
      `${alone.p99Ms.toFixed(1)} ms; keeps ${kept.text}; the greedy client's ` +
      `${greedyFigures.goodputPerSecond.toFixed(1)} replies/s, p99 ${
        greedyFigures.p99Ms.toFixed(0)
      } ms, ${Object.entries(greedyFigures.codes).map((code) => code.join(": ")).join(", ")}`,
    ],
  }));
}

/** As many of the day's photos as a request may have, as base64 in JSON. */
async function makeBatch({ photos: { folder } }: BadDay): Promise<BombRequest> {
  const names = (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name))
    .filter((name) => name.endsWith(".jpg")).sort().slice(0, BATCH_IMAGES);
  const images = await Promise.all(
    names.map(async (name) => (await Deno.readFile(`${folder}/${name}`)).toBase64()),
  );
  return { contentType: "application/json", body: text(JSON.stringify({ images })) };
}

/** A folder with one request, for the load; disposing removes it. */
async function requestFolder({ contentType, body }: BombRequest) {
  const path = await Deno.makeTempDir({ prefix: "chaos_greed_" });
  await writeRequest(path, contentType, body);
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
