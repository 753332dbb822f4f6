/** Pods of a Deployment, as the API server has them. */
import type { Cluster } from "./cluster.ts";

/** A pod. */
export interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  /** Why it is not so. */
  readonly message?: string;
}

interface ContainerStatus {
  readonly name: string;
  /** `containerd://ID` */
  readonly containerID?: string;
}

/** Gateways of a namespace that are not on their way out. */
export async function podsOf(cluster: Cluster, namespace: string): Promise<Pod[]> {
  const args = ["pods", "--selector=app.kubernetes.io/name=triton-edge-gateway"];
  const { items } = await cluster.get<{ items: Pod[] }>(namespace, args);
  return items.filter(({ metadata, status }) =>
    metadata.deletionTimestamp === undefined && !["Succeeded", "Failed"].includes(status.phase)
  );
}

/** How many pods of a namespace are on their way out. */
export async function leavingCount(cluster: Cluster, namespace: string): Promise<number> {
  const { items } = await cluster.get<{ items: Pod[] }>(namespace, ["pods"]);
  return items.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length;
}

/** Whether a pod serves. */
export function isReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ??
    false;
}

/** How many gateways of a namespace serve. */
export async function readyCount(cluster: Cluster, namespace: string): Promise<number> {
  return (await podsOf(cluster, namespace)).filter(isReady).length;
}

/** containerd's id of a pod's container. */
export function containerId({ status }: Pod, name: string): string {
  const statuses = [...status.containerStatuses ?? [], ...status.initContainerStatuses ?? []];
  const id = statuses.find((container) => container.name === name)?.containerID;
  if (id === undefined) throw new Error(`There is no container ${name}`);
  return id.replace(/^containerd:\/\//, "");
}

/** Waits for a rollout; after how many seconds it was done, or Infinity. */
export async function rolledOut(
  cluster: Cluster,
  { namespace, name, secondsMax }: {
    readonly namespace: string;
    readonly name: string;
    readonly secondsMax: number;
  },
): Promise<number> {
  const startedMs = performance.now();
  const args = ["rollout", "status", `deployment/${name}`, `--timeout=${secondsMax}s`];
  const { code } = await cluster.tryKubectl(["-n", namespace, ...args]);
  return code === 0 ? (performance.now() - startedMs) / 1000 : Infinity;
}
