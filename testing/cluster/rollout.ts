/** A rollout under load: what a native sidecar is for. */
import { losses, startAsker } from "./asked.ts";
import type { Check, Round } from "./check.ts";
import { inCounts, inSeconds } from "./finding.ts";
import { leavingCount, rolledOut } from "./pods.ts";
import { startRealPods } from "./real_pods.ts";
import { withOrdinarySidecar } from "./variant.ts";

const PER_SECOND = 60;
/** Before and behind the rollout. */
const MARGIN_MS = 5_000;
const ROLLOUT_SECONDS_MAX = 240;

/** Requests that a rollout costs. */
export const ROLLOUT: Check = {
  name: "rollout",
  about:
    `a rollout under ${PER_SECOND} requests a second loses none; some where Triton is an ordinary container`,
  run: async (round) => {
    await rollOut(round, false);
    await rollOut(round, true);
  },
};

async function rollOut({ cluster, find, say }: Round, isOrdinary: boolean): Promise<void> {
  const namespace = isOrdinary ? "rollout-ordinary" : "rollout";
  await using pods = await startRealPods(cluster, namespace, {
    ...isOrdinary && { change: withOrdinarySidecar },
  });
  say(`${namespace}: pods were ready after ${inSeconds(pods.seconds)}`);
  await using asker = startAsker(cluster, pods.url, { perSecond: PER_SECOND });
  await pause(MARGIN_MS);
  await cluster.kubectl(["-n", namespace, "rollout", "restart", "deployment/gateway"]);
  const seconds = await rolledOut(cluster, {
    namespace,
    name: "gateway",
    secondsMax: ROLLOUT_SECONDS_MAX,
  });
  // The last of the old pods is still on its way out.
  await cluster.until(
    ROLLOUT_SECONDS_MAX,
    async () => await leavingCount(cluster, namespace) === 0,
  );
  await pause(MARGIN_MS);
  const asked = await asker.stop();
  const lost = losses(asked);
  const count = Object.values(lost).reduce((sum, one) => sum + one, 0);
  find({
    what: isOrdinary
      ? "with Triton as an ordinary container, a rollout loses some"
      : `a rollout under ${PER_SECOND} requests a second loses none`,
    measured: `${count} of ${asked.length} lost (${inCounts(lost)}), rolled out in ${
      inSeconds(seconds)
    }`,
    holds: Number.isFinite(seconds) && asked.length > 0 && (count > 0) === isOrdinary,
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
