/** Hundreds of clients that hold connections and say little, beside good ones. */
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
import { ATTACK_NAMES, type AttackName, ATTACKS } from "./load/attacks.ts";
import type { LoadedPhase } from "./load_main.ts";
import { runAttackProcess } from "./load_process.ts";
import { breach } from "./row.ts";
import { Watch } from "./watch.ts";

const ATTACKERS = 300;
const WARM_UP_SECONDS = 1;
/** So that the attackers are there before anybody measures, and until nobody does. */
const LEAD_SECONDS = 1.5;
const RATE_SHARE_MIN = 0.9;
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
  await loadGood(day, gateway, closedLoop(WARM_UP_SECONDS));
  const [alone] = (await loadGood(day, gateway, closedLoop(day.seconds))).phases as [LoadedPhase];
  const watch = new Watch(gateway);
  const attacking = runAttackProcess(gateway.url, {
    attack,
    connections: ATTACKERS,
    seconds: day.seconds + 2 * LEAD_SECONDS,
    address: ADDRESSES[from],
    cpus: day.cpusLoad,
  });
  await pause(LEAD_SECONDS * 1000);
  const load = await loadGood(day, gateway, closedLoop(day.seconds));
  const attacked = await attacking;
  const watched = await watch.stop();
  const [figures] = load.phases as [LoadedPhase];
  const share = figures.goodputPerSecond / alone.goodputPerSecond;
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
          share >= RATE_SHARE_MIN,
          `good clients keep ${(100 * share).toFixed(0)} % of their rate: ` +
            `at least ${100 * RATE_SHARE_MIN} %`,
        ),
      ),
    ],
    notes: [
      `${ATTACKS[attack].about}; alone ${alone.goodputPerSecond.toFixed(0)} good/s; ` +
      `attackers opened ${attacked.opened}, were closed ${attacked.closed} times` +
      (statuses.length === 0 ? "" : `, read ${statuses.join(", ")}`),
    ],
  }));
}
