/** What a process may run out of: open files. */
import { closedLoop, loadGood, pause, rowOf, type Scenario, startGateway } from "./bad_day.ts";
import type { LoadedPhase } from "./load_main.ts";
import { runAttackProcess } from "./load_process.ts";
import { breach } from "./row.ts";
import { probe, Watch } from "./watch.ts";

const FILES_MAX = 256;
const IDLE_CONNECTIONS = 400;
const LEAD_SECONDS = 1;
/** Within which all is well again once the idle connections are gone. */
const RECOVERY_MS_MAX = 1000;

/** More idle connections than the process may have files. */
export const FILES: Scenario = {
  name: "files",
  about: `${IDLE_CONNECTIONS} idle connections where ${FILES_MAX} files may be open`,
  needsTriton: false,
  async play(day) {
    await using gateway = await startGateway(day, { filesMax: FILES_MAX });
    await loadGood(day, gateway, closedLoop(LEAD_SECONDS));
    const watch = new Watch(gateway);
    const idle = runAttackProcess(gateway.url, {
      attack: "silent",
      connections: IDLE_CONNECTIONS,
      seconds: day.seconds + LEAD_SECONDS,
      address: "127.0.0.2",
      cpus: day.cpusLoad,
    });
    await pause(LEAD_SECONDS * 1000);
    // They cannot come in before the others leave, and wait for that no longer than their time.
    const patience = { timeoutMs: (day.seconds + 2 * LEAD_SECONDS) * 1000 };
    const [meanwhile] =
      (await loadGood(day, gateway, { ...closedLoop(day.seconds / 2), ...patience }))
        .phases as [LoadedPhase];
    const { opened, closed } = await idle;
    const watched = await watch.stop();
    const recoveryMs = await untilAlive(gateway.url);
    const load = await loadGood(day, gateway, closedLoop(day.seconds / 2));
    const [figures] = load.phases as [LoadedPhase];
    // While there are no files, probes fail, and nobody can help that.
    const seen = { ...watched, probesFailed: 0, probeMsMax: 0 };
    day.report(rowOf(`${IDLE_CONNECTIONS} idle, ${FILES_MAX} files`, {
      gateway,
      load,
      figures,
      watched: seen,
    }, {
      breaches: breach(
        recoveryMs <= RECOVERY_MS_MAX,
        `alive again ${recoveryMs.toFixed(0)} ms behind: at most ${RECOVERY_MS_MAX}`,
      ),
      notes: [
        `meanwhile ${
          meanwhile.goodputPerSecond.toFixed(0)
        } good/s and ${watched.probesFailed} of ${watched.probes} probes failed; idle ones opened ` +
        `${opened}, were closed ${closed} times; good figures are those of afterwards`,
      ],
    }));
  },
};

const GIVE_UP_MS = 20_000;

async function untilAlive(url: string): Promise<number> {
  const startMs = performance.now();
  while ((await probe(url, "/livez", 500)).status !== 200) {
    if (performance.now() - startMs > GIVE_UP_MS) return Infinity;
    await pause(10);
  }
  return performance.now() - startMs;
}
