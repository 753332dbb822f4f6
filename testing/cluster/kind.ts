/** The overlay of a laptop, on the real node. */
import { fileURLToPath } from "node:url";
import { renderTarget } from "../../deploy/kubernetes/render.ts";
import type { Check, Round } from "./check.ts";
import { NODE_ADDRESS } from "./cluster.ts";
import { inCounts, inSeconds } from "./finding.ts";
import { hey } from "./hey.ts";
import { isReady, podsOf, readyCount } from "./pods.ts";

const NAMESPACE = "embed";
const URL_OF_NODE = `http://${NODE_ADDRESS}:30092`;
const PHOTO = fileURLToPath(new URL("../photos/galaxies.jpg", import.meta.url));

const REPLICAS = 2;
const REPLICAS_MAX = 6;
const READY_SECONDS_MAX = 60;
const REQUESTS = 600;
/** Of a client that has some patience, and of a crowd. */
const CONNECTIONS = { few: 8, many: 32 };
/** An autoscaler needs two looks at metrics that are half a minute old. */
const LOAD_SECONDS = 120;
/** Until the autoscaler looks again, and then some. */
const QUOTA_SECONDS_MAX = 60;
const WINDOW_SECONDS = 180;
/** What the last metrics of the load, and those of its end, may be late. */
const WINDOW_SECONDS_MORE = 75;

/** The laptop's overlay, from its first pod to its last. */
export const KIND: Check = {
  name: "kind",
  about:
    "the overlay of a laptop: ready, 600 requests, evictions, six pods, more pods under load and fewer after it",
  run: async (round) => {
    const target = { name: "kind", resources: ["overlays/kind"], components: [] };
    try {
      await round.cluster.apply(await renderTarget(target));
      await start(round);
      await evict(round);
      await scale(round);
      await fillQuota(round);
    } finally {
      await round.cluster.removeNamespace(NAMESPACE);
    }
  },
};

async function waitForReady({ cluster }: Round, secondsMax: number): Promise<number> {
  return await cluster.until(
    secondsMax,
    async () => await readyCount(cluster, NAMESPACE) >= REPLICAS,
  );
}

async function start(round: Round): Promise<void> {
  const seconds = await waitForReady(round, READY_SECONDS_MAX);
  round.find({
    what: `${REPLICAS} pods are ready within ${READY_SECONDS_MAX} s`,
    measured: inSeconds(seconds),
    holds: Number.isFinite(seconds),
  });
  const load = { url: `${URL_OF_NODE}/embed`, photo: PHOTO, connections: CONNECTIONS.few };
  const report = await hey(round.cluster, { ...load, requests: REQUESTS });
  round.find({
    what: `${REQUESTS} requests on port 30092 are answered with 200`,
    measured: `${inCounts(report.statuses)}, ${report.errors} errors, ${
      report.perSecond.toFixed(0)
    }/s, p99 ${report.p99Ms.toFixed(0)} ms`,
    holds: report.statuses["200"] === REQUESTS,
  });
}

/** Two evictions in a row: a budget lets one pod go. */
async function evict(round: Round): Promise<void> {
  const { cluster, find } = round;
  const [one, other] = (await podsOf(cluster, NAMESPACE)).filter(isReady);
  const answers: string[] = [];
  for (const pod of [one, other]) {
    const name = pod?.metadata.name ?? "";
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name } };
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${name}/eviction`;
    const { code, stderr } = await cluster
      .tryKubectl(["create", "--raw", path, "-f", "-"], JSON.stringify(eviction));
    answers.push(code === 0 ? "accepted" : stderr.trim().replace(/^Error from server /, ""));
  }
  find({
    what: "of two evictions, the second is refused",
    measured: answers.join("; "),
    holds: answers[0] === "accepted" && /TooManyRequests/.test(answers[1] ?? ""),
  });
  await waitForReady(round, READY_SECONDS_MAX);
}

/** More pods under load, and fewer once it is over. */
async function scale(round: Round): Promise<void> {
  const { cluster, find, say } = round;
  say(`a load of up to ${LOAD_SECONDS} s, then ${WINDOW_SECONDS} s without any`);
  const load = { url: `${URL_OF_NODE}/embed`, photo: PHOTO, connections: CONNECTIONS.many };
  const loaded = hey(cluster, { ...load, seconds: LOAD_SECONDS });
  const seconds = await cluster.until(
    LOAD_SECONDS,
    async () => await readyCount(cluster, NAMESPACE) > REPLICAS,
  );
  const { statuses, errors, perSecond } = await loaded;
  const ready = await readyCount(cluster, NAMESPACE);
  find({
    what: `under load, a pod more than ${REPLICAS} gets ready`,
    measured: `after ${inSeconds(seconds)}; ${ready} at the end, ${perSecond.toFixed(0)}/s`,
    holds: Number.isFinite(seconds),
  });
  find({
    what: "meanwhile all requests are answered with 200",
    measured: `${inCounts(statuses)}, ${errors} errors`,
    holds: Object.keys(statuses).join() === "200" && errors === 0,
  });
  const back = await cluster.until(
    WINDOW_SECONDS + WINDOW_SECONDS_MORE,
    async () => (await podsOf(cluster, NAMESPACE)).length === REPLICAS,
  );
  find({
    what: `back to ${REPLICAS} after the window of ${WINDOW_SECONDS} s`,
    measured: inSeconds(back),
    holds: back >= WINDOW_SECONDS - WINDOW_SECONDS_MORE && Number.isFinite(back),
  });
}

/** As many pods as the autoscaler may ask for: the quota admits them, wherever they find room. */
async function fillQuota({ cluster, find }: Round): Promise<void> {
  const patch = JSON.stringify({ spec: { minReplicas: REPLICAS_MAX } });
  await cluster.kubectl(["-n", NAMESPACE, "patch", "hpa", "gateway", "--type=merge", "-p", patch]);
  const count = async () => (await podsOf(cluster, NAMESPACE)).length;
  const seconds = await cluster.until(
    QUOTA_SECONDS_MAX,
    async () => await count() >= REPLICAS_MAX,
  );
  const args = ["events", "--field-selector=reason=FailedCreate"];
  const { items } = await cluster.get<{ items: unknown[] }>(NAMESPACE, args);
  find({
    what: `the quota admits ${REPLICAS_MAX} pods`,
    measured: `${await count()} after ${inSeconds(seconds)}, ${items.length} refused`,
    holds: Number.isFinite(seconds) && items.length === 0,
  });
}
