/** Storage for claims, which a cluster with a provisioner makes by itself: folders of this machine. */
import type { Manifest } from "../../deploy/kubernetes/manifest.ts";
import type { Cluster } from "./cluster.ts";

/** Of the images' user. */
const OWNER = 1000;

/** A claim of some storage. */
interface Claim extends Manifest {
  readonly spec: {
    readonly accessModes: readonly string[];
    readonly storageClassName?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

/** Absolute path of a claim's folder on this machine; it ends with the cluster. */
export function claimFolder(cluster: Cluster, namespace: string, claim: string): string {
  return `${cluster.machine.home}/state/volumes/${namespace}/${claim}`;
}

/** Makes a folder for every claim among some manifests; what makes Kubernetes use them. */
export async function storageFor(
  cluster: Cluster,
  namespace: string,
  manifests: readonly Manifest[],
): Promise<Manifest[]> {
  const volumes: Manifest[] = [];
  for (const claim of manifests.filter(isClaim)) {
    const { name } = claim.metadata;
    const path = claimFolder(cluster, namespace, name);
    await Deno.mkdir(path, { recursive: true });
    await Deno.chown(path, OWNER, OWNER);
    const { accessModes, storageClassName, resources } = claim.spec;
    volumes.push({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `${namespace}-${name}` },
      spec: {
        accessModes,
        ...storageClassName !== undefined && { storageClassName },
        capacity: resources.requests,
        claimRef: { namespace, name },
        hostPath: { path },
      },
    } as Manifest);
  }
  return volumes;
}

/** Removes a namespace with its storage, so that a next one of its name begins anew. */
export async function removeWithStorage(cluster: Cluster, namespace: string): Promise<void> {
  await cluster.removeNamespace(namespace);
  const { items } = await cluster.get<{ items: Manifest[] }>("default", ["persistentvolumes"]);
  const names = items.map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith(`${namespace}-`));
  if (names.length > 0) await cluster.kubectl(["delete", "persistentvolume", ...names]);
  await Deno.remove(claimFolder(cluster, namespace, ""), { recursive: true }).catch(() => {});
}

function isClaim(manifest: Manifest): manifest is Claim {
  return manifest.kind === "PersistentVolumeClaim";
}
