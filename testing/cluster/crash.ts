/** Containers that are killed: how long a pod of one replica needs, and what it leaves in shared memory. */
import { losses, outageMs, startAsker } from "./asked.ts";
import type { Check, Round } from "./check.ts";
import type { Cluster } from "./cluster.ts";
import { inCounts } from "./finding.ts";
import { containerId, isReady, type Pod, podsOf } from "./pods.ts";
import { startRealPods } from "./real_pods.ts";
import { withReplicas } from "./variant.ts";

const NAMESPACE = "crash";
/** Enough to see an outage's length to a tenth of a second. */
const PER_SECOND = 20;
const OUTAGE_MS_MAX = 10_000;
/** Before the kill. */
const LEAD_MS = 3_000;
/** Behind the kill, well above what is allowed. */
const WATCH_MS = 25_000;

/** What kills do. */
export const CRASH: Check = {
  name: "crash",
  about:
    "after SIGKILL of a pod's gateway or Triton, good answers within 10 s, by shared memory, and no stale region",
  run: async (round) => {
    const { cluster } = round;
    await using pods = await startRealPods(cluster, NAMESPACE, {
      change: (all) => withReplicas(all, 1),
    });
    for (const container of ["gateway", "triton"]) await kill(round, pods.url, container);
  },
};

async function kill({ cluster, find }: Round, url: string, container: string): Promise<void> {
  const pod = await onlyPod(cluster);
  const before = await regionsOf(cluster, pod);
  await using asker = startAsker(cluster, url, { perSecond: PER_SECOND, isFresh: true });
  await pause(LEAD_MS);
  const id = containerId(pod, container);
  await cluster.machine.run(
    "node",
    ["ctr", "--namespace", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", id],
  );
  await pause(WATCH_MS);
  const asked = await asker.stop();
  const outage = outageMs(asked);
  find({
    what: `${container} killed: good answers again within ${OUTAGE_MS_MAX / 1000} s`,
    measured: `failures for ${(outage / 1000).toFixed(1)} s: ${
      inCounts(losses(asked))
    } of ${asked.length}`,
    holds: outage > 0 && outage <= OUTAGE_MS_MAX,
  });
  const info = JSON.parse(await cluster.machine.run("network", ["curl", "-fsS", `${url}/info`]));
  const after = await regionsOf(cluster, pod);
  // A gateway that comes back makes regions of its own, and removes those of the one before.
  const stale = container === "gateway" ? after.filter((name) => before.includes(name)) : [];
  find({
    what: `${container} killed: tensors by shared memory again, no stale region`,
    measured:
      `${info.engine.tensorPath}; ${before.length} regions before, ${after.length} after, ${stale.length} stale`,
    holds: info.engine.tensorPath === "shared_memory" && after.length > 0 && stale.length === 0 &&
      after.length === before.length,
  });
}

async function onlyPod(cluster: Cluster): Promise<Pod> {
  const [pod] = (await podsOf(cluster, NAMESPACE)).filter(isReady);
  if (pod === undefined) throw new Error("There is no pod that is ready");
  return pod;
}

/** Gateways' regions in the pod's /dev/shm. */
async function regionsOf(cluster: Cluster, pod: Pod): Promise<string[]> {
  const args = ["exec", pod.metadata.name, "-c", "gateway", "--", "ls", "/dev/shm"];
  const listed = await cluster.kubectl(["-n", NAMESPACE, ...args]);
  return listed.split("\n").filter((name) => name.startsWith("triton-edge-gateway_"));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
