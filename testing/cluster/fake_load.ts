/** A load of so many cores, shared by pods that run nothing. */
import type { Cluster } from "./cluster.ts";
import { podsOf } from "./pods.ts";

/** Tells kwok, by annotations, that the namespace's pods share a use of so many thousandths of a core. */
export async function shareLoad(
  cluster: Cluster,
  namespace: string,
  milliCores: number,
): Promise<void> {
  const pods = (await podsOf(cluster, namespace)).filter(({ status }) =>
    status.phase === "Running"
  );
  if (pods.length === 0) return;
  const each = Math.floor(milliCores / pods.length);
  const names = pods.map(({ metadata }) => metadata.name);
  await cluster.kubectl(
    ["-n", namespace, "annotate", "--overwrite", "pods", ...names].concat(
      `kwok.x-k8s.io/usage-cpu=${each}m`,
      "kwok.x-k8s.io/usage-memory=600Mi",
    ),
  );
}
