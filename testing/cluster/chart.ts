/** The Helm chart, from its installation to its end. */
import { fileURLToPath } from "node:url";
import type { Check, Round } from "./check.ts";
import { NODE_ADDRESS } from "./cluster.ts";
import { inCounts, inSeconds } from "./finding.ts";
import { hey } from "./hey.ts";
import { podsOf, readyCount } from "./pods.ts";

const NAMESPACE = "chart";
const FOLDER = fileURLToPath(new URL("../../deploy/kubernetes/chart/", import.meta.url));
const PHOTO = fileURLToPath(new URL("../photos/galaxies.jpg", import.meta.url));
/** Another one than the overlay's. */
const PORT = 30093;
const REQUESTS = 200;
const CONNECTIONS = 4;
const REPLICAS = 2;
const SECONDS_MAX = 120;
/** A setting that an upgrade changes. */
const SLOTS = { name: "GATEWAY_SLOTS", value: "64" };

/** A release by the values of a laptop. */
export const CHART: Check = {
  name: "chart",
  about: "the Helm chart with a laptop's values: installed, upgraded under the same name, removed",
  run: async (round) => {
    try {
      await install(round);
      await upgrade(round);
      await uninstall(round);
    } finally {
      await round.cluster.removeNamespace(NAMESPACE);
    }
  },
};

/** After how many seconds it was done, or Infinity; and what Helm said if it was not. */
async function helm({ cluster }: Round, args: readonly string[]) {
  const startedMs = performance.now();
  const wait = ["--namespace", NAMESPACE, "--wait", `--timeout=${SECONDS_MAX}s`];
  const { code, stderr } = await cluster.machine.ended("network", ["helm", ...args, ...wait]);
  const seconds = code === 0 ? (performance.now() - startedMs) / 1000 : Infinity;
  return { seconds, said: stderr.trim() };
}

/** The autoscaler, and not the chart, says how many pods there are: Helm waits for the first. */
async function release(round: Round, action: string, args: readonly string[]): Promise<void> {
  const { seconds, said } = await helm(round, [
    ...[action, "gateway", FOLDER, `--values=${FOLDER}values-kind.yaml`],
    ...[`--set=service.nodePort=${PORT}`, ...args],
  ]);
  const { cluster, find } = round;
  const ready = await cluster.until(
    SECONDS_MAX,
    async () => await readyCount(cluster, NAMESPACE) >= REPLICAS,
  );
  find({
    what: `helm ${action}, and then ${REPLICAS} pods, are through`,
    measured: `${inSeconds(seconds)}, ${inSeconds(ready)}${said === "" ? "" : `; ${said}`}`,
    holds: Number.isFinite(seconds) && Number.isFinite(ready) && said === "",
  });
}

async function install(round: Round): Promise<void> {
  await release(round, "install", ["--create-namespace"]);
  const url = `http://${NODE_ADDRESS}:${PORT}/embed`;
  const load = { url, photo: PHOTO, connections: CONNECTIONS, requests: REQUESTS };
  const { statuses, errors } = await hey(round.cluster, load);
  round.find({
    what: `${REQUESTS} requests on port ${PORT} are answered with 200`,
    measured: `${inCounts(statuses)}, ${errors} errors`,
    holds: statuses["200"] === REQUESTS,
  });
}

async function upgrade(round: Round): Promise<void> {
  await release(round, "upgrade", [`--set-string=settings.${SLOTS.name}=${SLOTS.value}`]);
  const { cluster, find } = round;
  const [pod] = await podsOf(cluster, NAMESPACE);
  const printed = await cluster.kubectl(
    ["-n", NAMESPACE, "exec", pod?.metadata.name ?? "", "--", "printenv", SLOTS.name],
  );
  find({
    what: `pods have the setting ${SLOTS.name} of the upgrade`,
    measured: printed.trim(),
    holds: printed.trim() === SLOTS.value,
  });
}

/** What Kubernetes itself puts into a namespace stays. */
async function uninstall(round: Round): Promise<void> {
  const { seconds, said } = await helm(round, ["uninstall", "gateway"]);
  const kinds = "deployments,services,hpa,pdb,resourcequotas,serviceaccounts,configmaps,secrets";
  const left = (await round.cluster.kubectl(["-n", NAMESPACE, "get", kinds, "-o", "name"]))
    .split("\n").filter((name) =>
      !["", "serviceaccount/default", "configmap/kube-root-ca.crt"].includes(name)
    );
  round.find({
    what: "helm uninstall leaves nothing behind",
    measured: `${inSeconds(seconds)}; ${left.join(", ") || "nothing"}${
      said === "" ? "" : `; ${said}`
    }`,
    holds: Number.isFinite(seconds) && left.length === 0,
  });
}
