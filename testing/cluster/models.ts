/** Two models side by side, and a Service that moves from one to the other. */
import type { Manifest } from "../../deploy/kubernetes/manifest.ts";
import { towerRepository, TOWERS } from "../towers/tower_repository.ts";
import { type Asked, losses, startAsker } from "./asked.ts";
import type { Check, Round } from "./check.ts";
import type { Cluster } from "./cluster.ts";
import { inCounts } from "./finding.ts";
import { type Known, lateReplies, mixedReplies } from "./mixed.ts";
import { isReady, leavingCount, type Pod, podsOf, rolledOut } from "./pods.ts";
import { type RealPods, startRealPods } from "./real_pods.ts";
import { run } from "../run.ts";
import { isWorkload, servingModel, withReplicas } from "./variant.ts";

const NAMESPACE = "models";
const GREEN = "gateway-green";
const PER_SECOND = 20;
const PHASE_MS = 5_000;
const START_SECONDS_MAX = 240;
const INSTANCE = "app.kubernetes.io/instance";

/** Blue and green. */
export const MODELS: Check = {
  name: "models",
  about:
    "a Service moves from one model to another beside it, without a mixed answer or a lost one",
  run: async (round) => {
    const { cluster } = round;
    await using pods = await startRealPods(cluster, NAMESPACE, {
      change: (all) => withReplicas(all, 1),
    });
    await placeModel(pods.repository);
    await move(round, pods);
  },
};

/** Puts a second model, of another embedding space, beside the first. */
async function placeModel(repository: string): Promise<void> {
  await using towers = await towerRepository();
  const target = `${repository}/${TOWERS.image}`;
  await run(["cp", "-r", `${towers.path}/${TOWERS.image}`, target]);
  // What the Job leaves behind for each model that it has exported.
  await Deno.writeTextFile(`${target}/.exported`, "");
  await run(["chown", "-R", "1000:1000", target]);
}

/** The Deployment under another name, with another model. */
function greenOf(manifests: readonly Manifest[]): Manifest[] {
  const deployments = manifests.filter(({ kind }) => kind === "Deployment").filter(isWorkload);
  return servingModel(
    deployments.map(({ metadata, spec, ...rest }): Manifest => {
      const { template, selector } = spec;
      const labels = { ...template.metadata.labels, [INSTANCE]: GREEN };
      return {
        ...rest,
        metadata: { ...metadata, name: GREEN },
        spec: {
          ...spec,
          selector: { matchLabels: { ...selector?.matchLabels, [INSTANCE]: GREEN } },
          template: { ...template, metadata: { ...template.metadata, labels } },
        },
      } as Manifest;
    }),
    TOWERS.image,
  );
}

async function move({ cluster, find, say }: Round, pods: RealPods): Promise<void> {
  await cluster.apply(greenOf(pods.manifests));
  await rolledOut(cluster, { namespace: NAMESPACE, name: GREEN, secondsMax: START_SECONDS_MAX });
  const [blue, green] = [await known(cluster, "gateway"), await known(cluster, GREEN)];
  find({
    what: "two models, two digests and two embedding spaces",
    measured: [blue, green].map(({ digest, space }) => `${digest?.slice(0, 12)} ${space}`).join(
      ", ",
    ),
    holds: blue.digest !== green.digest && blue.space !== green.space && green.digest !== null,
  });
  say(`moving under ${2 * PER_SECOND} requests a second, half of them on connections of their own`);
  await using kept = startAsker(cluster, pods.url, { perSecond: PER_SECOND, photos: 2 });
  await using fresh = startAsker(cluster, pods.url, {
    perSecond: PER_SECOND,
    photos: 2,
    isFresh: true,
  });
  await pause(PHASE_MS);
  const selector = { spec: { selector: { [INSTANCE]: GREEN } } };
  const patch = ["patch", "service/gateway", "--patch", JSON.stringify(selector)];
  await cluster.kubectl(["-n", NAMESPACE, ...patch]);
  await pause(PHASE_MS);
  // Connections that are kept open stay with the pods they lead to until those go.
  await cluster.kubectl(["-n", NAMESPACE, "scale", "deployment/gateway", "--replicas=0"]);
  await cluster.until(
    START_SECONDS_MAX,
    async () =>
      await leavingCount(cluster, NAMESPACE) === 0 &&
      (await podsOf(cluster, NAMESPACE)).length === 1,
  );
  await pause(PHASE_MS);
  judge(await kept.stop(), await fresh.stop(), { blue, green, find });
}

function judge(
  kept: readonly Asked[],
  fresh: readonly Asked[],
  { blue, green, find }: Pick<Round, "find"> & { readonly blue: Known; readonly green: Known },
): void {
  const asked = [...kept, ...fresh];
  const mixed = mixedReplies(asked, [blue, green]);
  const count = ({ digest }: Known) => asked.filter((reply) => reply.digest === digest).length;
  find({
    what: "every answer is one model's, and says which",
    measured: `${count(blue)} of the first, ${count(green)} of the second, ${mixed.length} mixed`,
    holds: mixed.length === 0 && count(blue) > 0 && count(green) > 0,
  });
  const lost = losses(asked);
  find({
    what: "the move loses no request",
    measured: `${inCounts(lost)} of ${asked.length}`,
    holds: Object.keys(lost).length === 0,
  });
  const last = asked.filter(({ status }) => status === 200).slice(-1)[0];
  find({
    what: "behind the first answer of the second model, new connections get none of the first",
    measured: `${lateReplies(fresh, blue, green)}; on kept ones ${lateReplies(kept, blue, green)}`,
    holds: lateReplies(fresh, blue, green) === 0 && last?.digest === green.digest,
  });
}

/** What a Deployment's pod answers. */
async function known(cluster: Cluster, instance: string): Promise<Known> {
  const { items } = await cluster.get<{ items: (Pod & { status: { podIP: string } })[] }>(
    NAMESPACE,
    ["pods", `--selector=${INSTANCE}=${instance}`],
  );
  const pod = items.find(isReady);
  await using asker = startAsker(cluster, `http://${pod?.status.podIP}:8080`, {
    perSecond: 5,
    photos: 2,
  });
  await pause(PHASE_MS);
  const asked = await asker.stop();
  const reply = asked.find(({ status }) => status === 200);
  if (reply === undefined) throw new Error(`${instance} answers none: ${inCounts(losses(asked))}`);
  return reply;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
