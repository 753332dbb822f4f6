/** What is changed about manifests of deploy/kubernetes, so that they can be told apart or run on one machine. */
import type { Container, Manifest, PodSpec, Workload } from "../../deploy/kubernetes/manifest.ts";

/** Nodes by kwok: fake_nodes.sh makes them. */
const FAKE = {
  nodeSelector: { type: "fake" },
  tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
};

/** Whether pods are made from it by a template. */
export function isWorkload(manifest: Manifest): manifest is Workload {
  return ["Deployment", "Job"].includes(manifest.kind);
}

/** The other one; pods that tolerate a GPU's taint would go to fake ones, too. */
const REAL = { nodeSelector: { "kubernetes.io/hostname": "real" } };

type Change<T> = (value: T) => T;

/** Changes the pods of every workload. */
function changePods(manifests: readonly Manifest[], change: Change<PodSpec>): Manifest[] {
  return manifests.map((manifest) => {
    if (!isWorkload(manifest)) return manifest;
    const { spec } = manifest;
    const template = { ...spec.template, spec: change(spec.template.spec) };
    return { ...manifest, spec: { ...spec, template } } as Manifest;
  });
}

/** Changes every Deployment. */
export function changeDeployments(
  manifests: readonly Manifest[],
  change: Change<Workload>,
): Manifest[] {
  return manifests.map((manifest) =>
    isWorkload(manifest) && manifest.kind === "Deployment" ? change(manifest) : manifest
  );
}

/** Deployments have so many pods. */
export function withReplicas(manifests: readonly Manifest[], replicas: number): Manifest[] {
  return changeDeployments(manifests, ({ spec, ...rest }) => ({
    ...rest,
    spec: { ...spec, replicas },
  }));
}

function changeContainers(
  manifests: readonly Manifest[],
  change: Change<Container>,
): Manifest[] {
  return changePods(manifests, ({ initContainers = [], containers, ...pod }) => ({
    ...pod,
    initContainers: initContainers.map(change),
    containers: containers.map(change),
  }));
}

/** Moves what is in a namespace to another, and that one's own object. */
export function inNamespace(manifests: readonly Manifest[], name: string): Manifest[] {
  return manifests.map((manifest) => {
    const { kind, metadata } = manifest;
    if (kind === "Namespace") return { ...manifest, metadata: { ...metadata, name } };
    if (metadata.namespace === undefined) return manifest;
    return { ...manifest, metadata: { ...metadata, namespace: name } };
  });
}

/** Pods go to fake nodes, and need not be given anything to run. */
export function onFakeNodes(manifests: readonly Manifest[]): Manifest[] {
  return changePods(manifests, (pod) => ({ ...pod, ...FAKE }));
}

/** Pods run where there is no GPU. */
export function withoutGpu(manifests: readonly Manifest[]): Manifest[] {
  const without = (amounts: Readonly<Record<string, string | number>> = {}) =>
    Object.fromEntries(Object.entries(amounts).filter(([name]) => !name.startsWith("nvidia.com/")));
  return changeContainers(manifests, ({ resources, ...container }) => ({
    ...container,
    resources: { requests: without(resources?.requests), limits: without(resources?.limits) },
  }));
}

/** Pods go to the real node, and ask for so little that several fit on two cores; their limits stay. */
export function onRealNode(manifests: readonly Manifest[]): Manifest[] {
  const modest = changeContainers(manifests, ({ resources, ...container }) => ({
    ...container,
    resources: { ...resources, requests: { cpu: "50m", memory: "32Mi" } },
  }));
  return changePods(modest, (pod) => ({ ...pod, ...REAL }));
}

/** Everything that names models names this one. */
export function servingModel(manifests: readonly Manifest[], model: string): Manifest[] {
  return changeContainers(manifests, ({ env = [], ...container }) => ({
    ...container,
    env: env.map((variable) =>
      ["MODELS", "GATEWAY_MODELS"].includes(variable.name)
        ? { ...variable, value: model }
        : variable
    ),
  }));
}

/** What a native sidecar is compared with: the same container, started and ended beside the other one. */
export function withOrdinarySidecar(manifests: readonly Manifest[]): Manifest[] {
  return changePods(manifests, (pod) => {
    const { initContainers = [], containers } = pod;
    const isSidecar = ({ restartPolicy }: Container) => restartPolicy === "Always";
    const ordinary = initContainers.filter(isSidecar).map(({ restartPolicy: _, ...rest }) => rest);
    return {
      ...pod,
      initContainers: initContainers.filter((container) => !isSidecar(container)),
      containers: [...ordinary, ...containers],
    };
  });
}
