/** One pod a GPU, with every GPU taken: whether a rollout ends. */
import type { Manifest } from "../../deploy/kubernetes/manifest.ts";
import { renderTarget } from "../../deploy/kubernetes/render.ts";
import type { Check, Round } from "./check.ts";
import { removeWithStorage, storageFor } from "./claims.ts";
import type { Cluster } from "./cluster.ts";
import { inSeconds } from "./finding.ts";
import { podsOf, readyCount, rolledOut } from "./pods.ts";
import { changeDeployments, inNamespace, onFakeNodes, withReplicas } from "./variant.ts";

const NAMESPACE = "gpu-fleet";
/** Three nodes of four. */
const GPUS = 12;
const SECONDS_MAX = 120;
/** Fake pods are ready at once, so that what takes longer never ends. */
const STUCK_SECONDS = 30;

/** The overlay of a GPU on fake nodes. */
export const GPU_FLEET: Check = {
  name: "gpu",
  about:
    `the overlay of a GPU at ${GPUS} of ${GPUS} GPUs finishes a rollout; with a surge of 1, none ends`,
  run: async (round) => {
    const target = { name: "gpu", resources: ["overlays/gpu"], components: [] };
    const overlay = inNamespace(await renderTarget(target), NAMESPACE);
    const manifests = withReplicas(onFakeNodes(overlay), GPUS);
    const { cluster } = round;
    try {
      await cluster.apply([...await storageFor(cluster, NAMESPACE, manifests), ...manifests]);
      await fill(round);
      await rollOut(round, manifests);
    } finally {
      await removeWithStorage(cluster, NAMESPACE);
    }
  },
};

async function fill({ cluster, find }: Round): Promise<void> {
  const isFull = async () => await readyCount(cluster, NAMESPACE) === GPUS;
  const seconds = await cluster.until(SECONDS_MAX, isFull);
  const counts: Record<string, number> = {};
  for (const { spec: { nodeName = "no node" } } of await podsOf(cluster, NAMESPACE)) {
    counts[nodeName] = (counts[nodeName] ?? 0) + 1;
  }
  find({
    what: `${GPUS} pods are ready, four a node`,
    measured: `after ${inSeconds(seconds)}; ${
      Object.entries(counts).sort().map((entry) => entry.join(" ")).join(", ")
    }`,
    holds: Number.isFinite(seconds) && Object.values(counts).every((count) => count === 4),
  });
}

async function rollOut({ cluster, find }: Round, manifests: readonly Manifest[]): Promise<void> {
  const options = { namespace: NAMESPACE, name: "gateway" };
  const restart = () =>
    cluster.kubectl(["-n", NAMESPACE, "rollout", "restart", "deployment/gateway"]);
  await restart();
  const seconds = await rolledOut(cluster, { ...options, secondsMax: SECONDS_MAX });
  find({
    what: "with every GPU taken, a rollout ends",
    measured: inSeconds(seconds),
    holds: Number.isFinite(seconds),
  });
  await cluster.apply(changeDeployments(manifests, ({ spec, ...rest }) => ({
    ...rest,
    spec: { ...spec, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
  })));
  await restart();
  const surged = await rolledOut(cluster, { ...options, secondsMax: STUCK_SECONDS });
  find({
    what: "with maxSurge 1 and maxUnavailable 0, none ends",
    measured: Number.isFinite(surged) ? inSeconds(surged) : await whyPending(cluster),
    holds: !Number.isFinite(surged),
  });
}

async function whyPending(cluster: Cluster): Promise<string> {
  const pending = (await podsOf(cluster, NAMESPACE))
    .filter(({ status }) => status.phase === "Pending");
  const [message] = pending.flatMap(({ status }) => status.conditions ?? [])
    .flatMap(({ message }) => message === undefined ? [] : [message]);
  return `${pending.length} pending: ${message ?? "for no reason that is told"}`;
}
