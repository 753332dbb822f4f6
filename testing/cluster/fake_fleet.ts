/** The laptop's autoscaler on nodes with room: how it steps. */
import { renderTarget } from "../../deploy/kubernetes/render.ts";
import type { Check, Round } from "./check.ts";
import { shareLoad } from "./fake_load.ts";
import { podsOf } from "./pods.ts";
import { inNamespace, onFakeNodes } from "./variant.ts";

const NAMESPACE = "fake-fleet";
/** Six pods at 60 % of 500m, which is all that the autoscaler may have. */
const LOAD_MILLI_CORES = 1800;
const SECONDS_MAX = 240;

/** The autoscaler's steps. */
export const FAKE_FLEET: Check = {
  name: "autoscaler",
  about: "the laptop's autoscaler steps from 2 over 4 to 6 pods, on fake nodes",
  run: async (round) => {
    const target = { name: "kind", resources: ["overlays/kind"], components: [] };
    const manifests = inNamespace(onFakeNodes(await renderTarget(target)), NAMESPACE)
      .filter(({ kind }) => kind !== "Service");
    try {
      await round.cluster.apply(manifests);
      await step(round);
    } finally {
      await round.cluster.removeNamespace(NAMESPACE);
    }
  },
};

async function step({ cluster, find, say }: Round): Promise<void> {
  say(`a load of ${LOAD_MILLI_CORES}m, shared by the pods, up to ${SECONDS_MAX} s`);
  const steps: number[] = [];
  const startedMs = performance.now();
  const when: string[] = [];
  await cluster.until(SECONDS_MAX, async () => {
    const count = (await podsOf(cluster, NAMESPACE)).length;
    if (count !== steps.at(-1)) {
      steps.push(count);
      when.push(`${count} after ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    }
    // Until the autoscaler has its two, there is nobody to share it.
    if (count >= 2) await shareLoad(cluster, NAMESPACE, LOAD_MILLI_CORES);
    return count >= 6;
  });
  find({
    what: "2, 4 and 6 pods, in this order",
    measured: when.join(", "),
    holds: steps.filter((count) => count >= 2).join() === "2,4,6",
  });
}
