import assert from "node:assert/strict";
import type { Manifest, PodSpec, Workload } from "../../deploy/kubernetes/manifest.ts";
import {
  inNamespace,
  onFakeNodes,
  onRealNode,
  servingModel,
  withOrdinarySidecar,
  withoutGpu,
  withReplicas,
} from "./variant.ts";

type Deployment = Workload & {
  readonly spec: { readonly template: { readonly spec: Required<Placed> } };
};
type Placed = PodSpec & {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly { readonly key: string }[];
};

const MANIFESTS = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "embed" } },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "gateway", namespace: "embed" },
    spec: {
      replicas: 2,
      template: {
        metadata: {},
        spec: {
          initContainers: [
            { name: "model", image: "m", env: [{ name: "MODELS", value: "a" }] },
            {
              name: "triton",
              image: "t",
              restartPolicy: "Always",
              resources: { limits: { memory: "8Gi", "nvidia.com/gpu": "1" } },
            },
          ],
          containers: [{ name: "gateway", image: "g" }],
        },
      },
    },
  },
] as unknown as readonly Manifest[];

/** The Deployment's pod. */
const podOf = ([, deployment]: readonly Manifest[]) =>
  (deployment as Deployment).spec.template.spec;

Deno.test("inNamespace() moves the namespace itself, too, and nothing that is in none", () => {
  const priority = { apiVersion: "v1", kind: "PriorityClass", metadata: { name: "high" } };
  assert.deepEqual(
    inNamespace([...MANIFESTS, priority], "other").map(({ metadata }) => metadata),
    [{ name: "other" }, { name: "gateway", namespace: "other" }, { name: "high" }],
  );
});

Deno.test("onFakeNodes() chooses them, and tolerates their taint", () => {
  const { nodeSelector, tolerations } = podOf(onFakeNodes(MANIFESTS));
  assert.deepEqual(nodeSelector, { type: "fake" });
  assert.equal(tolerations[0]?.key, "nvidia.com/gpu");
});

Deno.test("withoutGpu() leaves the other limits", () => {
  const [, triton] = podOf(withoutGpu(MANIFESTS)).initContainers;
  assert.deepEqual(triton?.resources, { requests: {}, limits: { memory: "8Gi" } });
});

Deno.test("onRealNode() chooses it, and changes requests alone", () => {
  const { initContainers: [, triton], nodeSelector } = podOf(onRealNode(MANIFESTS));
  assert.deepEqual(nodeSelector, { "kubernetes.io/hostname": "real" });
  assert.deepEqual(triton?.resources?.requests, { cpu: "50m", memory: "32Mi" });
  assert.equal(triton?.resources?.limits?.memory, "8Gi");
});

Deno.test("servingModel() changes the variables that name models", () => {
  const [model] = podOf(servingModel(MANIFESTS, "b")).initContainers;
  assert.deepEqual(model?.env, [{ name: "MODELS", value: "b" }]);
});

Deno.test("withOrdinarySidecar() runs it beside the gateway, and the others before", () => {
  const { initContainers, containers } = podOf(withOrdinarySidecar(MANIFESTS));
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  assert.deepEqual([names(initContainers), names(containers)], [["model"], ["triton", "gateway"]]);
  assert.equal(containers[0]?.restartPolicy, undefined);
});

Deno.test("withReplicas() changes Deployments", () => {
  const [, deployment] = withReplicas(MANIFESTS, 12);
  assert.equal((deployment?.spec as { replicas: number }).replicas, 12);
});
