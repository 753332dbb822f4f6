/** Bombs, twice a second, beside clients who send good photos; and what one costs alone. */
import {
  type BadDay,
  closedLoop,
  GOOD_CLIENTS,
  loadGood,
  pause,
  rowOf,
  type Scenario,
  startGateway,
  unlessShort,
} from "./bad_day.ts";
import type { Bomb, BombRequest } from "./bombs/bomb.ts";
import { BOMBS } from "./bombs/bombs.ts";
import type { GatewayProcess } from "./gateway_process.ts";
import { createMemoryFence } from "./memory_fence.ts";
import { cpuSeconds } from "./process_figures.ts";
import type { LoadedPhase } from "./load_main.ts";
import { breach, NOTHING, type Row, tableLines } from "./row.ts";
import { Watch } from "./watch.ts";

const PER_SECOND = { full: 2, short: 4 };
const MEMORY_MIB = 1500;
/** Where bombs come from, so that good clients can be told from their senders. */
const ATTACKER_ADDRESS = "127.0.0.2";
/** A gateway's memory grows for some seconds, bombs or not. */
const WARM_UP_SECONDS = { full: 4, short: 1, each: 1 };
/** A bomb's sender waits no longer. */
const REPLY_MS_MAX = 30_000;
/** What a bomb may go on costing behind its reply. */
const AFTER_MS = 2000;

/**
 * Of one kind again and again; of a large one, what GATEWAY_MEMORY_BYTES_MAX lets one image take on two cores, and what its
 * predecessor left; all in turn may hold all of that.
 */
const RSS_GROWTH_MIB_MAX = { one: 200, large: 450, all: 768 };
const P99_FACTOR_MAX = 5;
/** Statuses of a gateway that has no time for bombs. */
const BUSY = [429, 503, 504];

/** Each bomb for the day's time, and all of them in turn. */
export const BOMB_SCENARIO: Scenario = {
  name: "bombs",
  about: `${BOMBS.length} bombs, each ${PER_SECOND.full} times a second beside ` +
    `${GOOD_CLIENTS} good clients within ${MEMORY_MIB} MiB, and all in turn`,
  needsTriton: false,
  async play(day) {
    const chosen = BOMBS.filter(({ name }) => day.part === undefined || name === day.part);
    if (day.isEach) return await playEach(day, chosen);
    // The short form has no time for each.
    for (const bomb of day.isShort ? [] : chosen) await playBombs(day, bomb.name, [bomb]);
    if (chosen.length > 1) await playBombs(day, "all in turn", chosen);
  },
};

/** What bombs did to good clients. */
interface Beside {
  readonly p99AloneMs: number;
  readonly p99Ms: number;
  readonly growthMib: number;
  readonly row: Row;
}

async function playBombs(day: BadDay, name: string, bombs: readonly Bomb[]): Promise<Beside> {
  await using fence = await createMemoryFence(MEMORY_MIB);
  await using gateway = await startGateway(day, { fence });
  const perSecond = day.isShort ? PER_SECOND.short : PER_SECOND.full;
  // Each is thrown once, at least.
  const seconds = Math.max(day.seconds, (bombs.length + 1) / perSecond);
  const requests = bombs.map((bomb) => bomb.make());
  const warmUpSeconds = day.isShort ? WARM_UP_SECONDS.short : WARM_UP_SECONDS.full;
  await loadGood(day, gateway, closedLoop(warmUpSeconds));
  const aloneWatch = new Watch(gateway);
  const [alone] = (await loadGood(day, gateway, closedLoop(day.seconds / 2))).phases as [
    LoadedPhase,
  ];
  const { rssMib: aloneMib } = await aloneWatch.stop();
  const watch = new Watch(gateway);
  const thrower = new Thrower(gateway, { requests, perSecond });
  const load = await loadGood(day, gateway, closedLoop(seconds));
  const answers = await thrower.stop();
  const watched = await watch.stop();
  const [figures] = load.phases as [LoadedPhase];
  const growth = watched.rssMib.max - aloneMib.max;
  const growthMax = growthMibMax(bombs);
  const p99Factor = figures.p99Ms / alone.p99Ms;
  const row = rowOf(`bomb ${name}`, { gateway, load, figures, watched }, {
    breaches: [
      ...strangeAnswers(bombs, answers),
      ...unlessShort(
        day,
        // Without it: a gateway that takes more than its group may is dead.
        breach(
          growth <= growthMax,
          `memory grew by ${growth.toFixed(0)} MiB: at most ${growthMax}`,
        ),
      ),
      ...unlessShort(
        day,
        breach(
          p99Factor <= P99_FACTOR_MAX,
          `p99 of good replies is ${p99Factor.toFixed(1)} × that of alone`,
        ),
      ),
    ],
    notes: [
      `${answers.length} bombs: ${countStatuses(answers)}; alone ` +
      `${alone.goodputPerSecond.toFixed(0)} good/s, p99 ${
        alone.p99Ms.toFixed(1)
      } ms; ${fence.about}`,
    ],
  });
  day.report(row);
  return { p99AloneMs: alone.p99Ms, p99Ms: figures.p99Ms, growthMib: growth, row };
}

function growthMibMax(bombs: readonly Bomb[]): number {
  const { one, large, all } = RSS_GROWTH_MIB_MAX;
  if (bombs.length > 1) return all;
  return bombs[0]?.isLarge === true ? large : one;
}

/** What became of a bomb; status 0 where nobody answered. */
interface Answer {
  readonly bomb: number;
  readonly status: number;
}

/** Throws bombs in turn until it is stopped. */
class Thrower {
  readonly #answers: Promise<Answer>[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #client = Deno.createHttpClient({ localAddress: ATTACKER_ADDRESS });

  constructor(
    gateway: GatewayProcess,
    { requests, perSecond }: {
      readonly requests: readonly BombRequest[];
      readonly perSecond: number;
    },
  ) {
    this.#timer = setInterval(() => {
      const bomb = this.#answers.length % requests.length;
      const request = requests[bomb] as BombRequest;
      const sent = sendBomb(gateway.url, request, this.#client);
      this.#answers.push(sent.then((status) => ({ bomb, status })));
    }, 1000 / perSecond);
  }

  async stop(): Promise<readonly Answer[]> {
    clearInterval(this.#timer);
    const answers = await Promise.all(this.#answers);
    this.#client.close();
    return answers;
  }
}

async function sendBomb(
  url: string,
  { contentType, body }: BombRequest,
  client: Deno.HttpClient,
): Promise<number> {
  try {
    const response = await fetch(`${url}/embed`, {
      method: "POST",
      headers: { "content-type": contentType },
      body,
      client,
      signal: AbortSignal.timeout(REPLY_MS_MAX),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

function strangeAnswers(bombs: readonly Bomb[], answers: readonly Answer[]): string[] {
  return bombs.flatMap(({ name, statuses }, index) => {
    const strange = answers.filter(({ bomb, status }) =>
      bomb === index && ![...statuses, ...BUSY].includes(status)
    );
    return breach(
      strange.length === 0,
      `${name} was answered ${countStatuses(strange)}, not ${statuses.join(" or ")}`,
    );
  });
}

function countStatuses(answers: readonly Answer[]): string {
  const counts = Map.groupBy(answers, ({ status }) => status);
  return [...counts].map(([status, { length }]) => `${status || "no reply"}: ${length}`).join(", ");
}

const EACH_HEADINGS = [
  ...["bomb", "bytes", "status", "ms", "CPU ms", "RSS +MiB max", "after"],
  ...["p99 alone", "beside", "RSS +MiB beside", "verdict"],
];

/** Each bomb by itself: at an idle gateway, and again and again beside good clients. */
async function playEach(day: BadDay, bombs: readonly Bomb[]): Promise<void> {
  const table: string[][] = [EACH_HEADINGS];
  for (const bomb of bombs) {
    const price = await priceOf(day, bomb);
    const { p99AloneMs, p99Ms, growthMib, row } = await playBombs(day, bomb.name, [bomb]);
    const breaches = [...price.breaches, ...row.breaches];
    if (price.breaches.length > 0) {
      const { breaches } = price;
      day.report({ ...NOTHING, scenario: `bomb ${bomb.name} at an idle gateway`, breaches });
    }
    table.push([
      ...price.cells,
      ...[p99AloneMs, p99Ms].map((ms) => ms.toFixed(1)),
      growthMib.toFixed(0),
      breaches.length === 0 ? "ok" : "BREACH",
    ]);
  }
  for (const line of tableLines(table)) day.say(line);
}

/** What one bomb costs an idle gateway. */
async function priceOf(
  day: BadDay,
  bomb: Bomb,
): Promise<{ readonly cells: readonly string[]; readonly breaches: readonly string[] }> {
  using client = Deno.createHttpClient({ localAddress: ATTACKER_ADDRESS });
  await using fence = await createMemoryFence(MEMORY_MIB);
  await using gateway = await startGateway(day, { fence });
  const request = bomb.make();
  await loadGood(day, gateway, closedLoop(WARM_UP_SECONDS.each));
  const cpu = cpuSeconds(gateway.pid);
  const watch = new Watch(gateway);
  const startMs = performance.now();
  const status = await sendBomb(gateway.url, request, client);
  const ms = performance.now() - startMs;
  await pause(AFTER_MS);
  const { rssMib: { before, max, after } } = await watch.stop();
  const cpuMs = 1000 * (cpuSeconds(gateway.pid) - cpu);
  const figures = [ms, cpuMs, max - before, after - before];
  return {
    cells: [
      bomb.name,
      String(request.body.length),
      status === 0 ? "none" : String(status),
      ...figures.map((value) => value.toFixed(0)),
    ],
    breaches: [
      ...gateway.death === undefined ? [] : [gateway.death],
      ...breach(
        bomb.statuses.includes(status),
        `it was answered ${status}, not ${bomb.statuses.join(" or ")}`,
      ),
    ],
  };
}
