/** The overlay of a GPU on the real node, which has none: a real Triton beside a real gateway, on the processor. */
import type { Manifest } from "../../deploy/kubernetes/manifest.ts";
import { renderTarget } from "../../deploy/kubernetes/render.ts";
import { claimFolder, removeWithStorage, storageFor } from "./claims.ts";
import type { Cluster } from "./cluster.ts";
import { rolledOut } from "./pods.ts";
import { inNamespace, onRealNode, servingModel, withoutGpu } from "./variant.ts";

/** Needs no weights, so that its Job needs no hub. */
const MODEL = "dct_512";
const START_SECONDS_MAX = 240;

/** Pods that serve. */
export interface RealPods extends AsyncDisposable {
  readonly namespace: string;
  readonly manifests: readonly Manifest[];
  /** Of the Service, from beside the node. */
  readonly url: string;
  /** How long they took to start, seconds. */
  readonly seconds: number;
  /** Absolute path of the model repository on this machine. */
  readonly repository: string;
}

/** What is to be different from the overlay. */
export interface RealPodsOptions {
  /** Folders of deploy/kubernetes. */
  readonly components?: readonly string[];
  readonly change?: (manifests: readonly Manifest[]) => readonly Manifest[];
}

/**
 * Starts them; disposing removes the namespace.
 *
 * @throws {Error} when they do not get ready.
 */
export async function startRealPods(
  cluster: Cluster,
  namespace: string,
  { components = [], change = (same) => same }: RealPodsOptions = {},
): Promise<RealPods> {
  const target = { name: "gpu", resources: ["overlays/gpu"], components };
  const overlay = inNamespace(await renderTarget(target), namespace);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => removeWithStorage(cluster, namespace));
  const manifests = change(servingModel(onRealNode(withoutGpu(overlay)), MODEL));
  await cluster.apply([...await storageFor(cluster, namespace, manifests), ...manifests]);
  const seconds = await rolledOut(cluster, {
    namespace,
    name: "gateway",
    secondsMax: START_SECONDS_MAX,
  });
  if (!Number.isFinite(seconds)) {
    const pods = await cluster.kubectl(["-n", namespace, "get", "pods,events"]);
    throw new Error(`Pods do not get ready within ${START_SECONDS_MAX} s:\n${pods}`);
  }
  const service = await cluster.get<{ spec: { clusterIP: string; ports: { port: number }[] } }>(
    namespace,
    ["service/gateway"],
  );
  const { clusterIP, ports: [http] } = service.spec;
  const kept = stack.move();
  return {
    namespace,
    manifests,
    url: `http://${clusterIP}:${http?.port}`,
    seconds,
    repository: claimFolder(cluster, namespace, "models"),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
