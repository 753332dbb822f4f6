/** Hundreds of clients that hold connections and say little, beside good ones. */
import {
  type BadDay,
  closedLoop,
  GOOD_CLIENTS,
  type Load,
  loadGood,
  pause,
  rowOf,
  type Scenario,
  startGateway,
  unlessShort,
} from "./bad_day.ts";
import { keptShare, percent, together } from "./kept_share.ts";
import { ATTACK_NAMES, type AttackName, ATTACKS } from "./load/attacks.ts";
import type { GatewayProcess } from "./gateway_process.ts";
import type { LoadedPhase } from "./load_main.ts";
import { runAttackProcess } from "./load_process.ts";
import { breach } from "./row.ts";
import { Watch } from "./watch.ts";

const ATTACKERS = 300;
/** A gateway becomes a tenth faster in its first 40,000 photos, and what is told is the difference of two loads. */
const WARM_UP_SECONDS = { full: 20, short: 1 };
/** So that the attackers are there before anybody measures, and until nobody does. */
const LEAD_SECONDS = 1.5;
const RATE_SHARE_MIN = 0.9;
/** So that chance deals the good clients' connections out anew, thirty times in ten seconds. */
const REPLIES_PER_CONNECTION = 100;
const RSS_GROWTH_MIB_MAX = 200;
/** Of the attackers; `same` is where the good clients are, too. */
const ADDRESSES = { other: "127.0.0.2", same: "127.0.0.1" };

/** Each attack from another address, and one from the same. */
export const SLOW_CLIENTS: Scenario = {
  name: "slow",
  about: `${ATTACKERS} slow clients beside ${GOOD_CLIENTS} good ones: ${ATTACK_NAMES.join(", ")}`,
  needsTriton: false,
  async play(day) {
    const names = day.isShort ? ["slow_body", "chunked"] as const : ATTACK_NAMES;
    for (const name of names.filter((name) => day.part === undefined || day.part === name)) {
      await playAttack(day, name, "other");
    }
    if (day.part === undefined && !day.isShort) await playAttack(day, "slow_body", "same");
  },
};

async function playAttack(
  day: BadDay,
  attack: AttackName,
  from: keyof typeof ADDRESSES,
): Promise<void> {
  await using gateway = await startGateway(day);
  const warmUpSeconds = day.isShort ? WARM_UP_SECONDS.short : WARM_UP_SECONDS.full;
  await loadGood(day, gateway, closedLoop(warmUpSeconds));
  const before = await loadAlone(day, gateway);
  const watch = new Watch(gateway);
  const attacking = runAttackProcess(gateway.url, {
    attack,
    connections: ATTACKERS,
    seconds: day.seconds + 2 * LEAD_SECONDS,
    address: ADDRESSES[from],
    cpus: day.cpusLoad,
  });
  await pause(LEAD_SECONDS * 1000);
  const load = await loadGood(day, gateway, goodLoad(day));
  const attacked = await attacking;
  const watched = await watch.stop();
  const [figures] = load.phases as [LoadedPhase];
  // Before and behind it, as a process is not as fast all its life.
  const alone = together(before, await loadAlone(day, gateway));
  const kept = keptShare({ alone, beside: figures, isApart: day.cpusGateway !== undefined });
  const growth = watched.rssMib.max - watched.rssMib.before;
  const statuses = Object.entries(attacked.statuses).map(([status, count]) =>
    `${status}: ${count}`
  );
  day.report(rowOf(`${attack} × ${ATTACKERS}, ${from} address`, {
    gateway,
    load,
    figures,
    watched,
  }, {
    breaches: [
      ...breach(figures.good > 0, "no good client was answered"),
      ...breach(
        growth <= RSS_GROWTH_MIB_MAX,
        `memory grew by ${growth.toFixed(0)} MiB: at most ${RSS_GROWTH_MIB_MAX}`,
      ),
      ...unlessShort(
        day,
        breach(
          kept.judged >= RATE_SHARE_MIN,
          `good clients keep ${percent(kept.judged)} of their rate: at least ${
            percent(RATE_SHARE_MIN)
          }`,
        ),
      ),
    ],
    notes: [
      `${ATTACKS[attack].about}; alone ${alone.goodputPerSecond.toFixed(0)} good/s, of which ` +
      `they keep ${kept.text}; attackers opened ${attacked.opened}, were closed ${attacked.closed} times` +
      (statuses.length === 0 ? "" : `, read ${statuses.join(", ")}`),
    ],
  }));
}

function goodLoad(day: BadDay): Load {
  return { ...closedLoop(day.seconds), repliesPerConnection: REPLIES_PER_CONNECTION };
}

/** Watched as well, since that takes time, too. */
async function loadAlone(day: BadDay, gateway: GatewayProcess): Promise<LoadedPhase> {
  const watch = new Watch(gateway);
  const { phases: [alone] } = await loadGood(day, gateway, goodLoad(day));
  await watch.stop();
  return alone as LoadedPhase;
}
