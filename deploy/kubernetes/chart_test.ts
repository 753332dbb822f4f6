/** The Helm chart makes the objects that kustomize does. Needs both programs, as in CI. */
import assert from "node:assert/strict";
import type { Manifest } from "./manifest.ts";
import { hasKubectl, isInstalled, renderedTargets } from "./rendered_targets.ts";
import { renderChart } from "./render.ts";

const ignore = !hasKubectl || !await isInstalled("helm", ["version"]);

/** Lists of which Kubernetes finds an entry by its name, so that order says nothing. Containers are none: they start so. */
const BY_NAME = ["env", "volumes", "volumeMounts"];

/** An object with its lists in one order. */
function sorted(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value),
    (key, part) =>
      BY_NAME.includes(key) && Array.isArray(part)
        ? part.toSorted((a, b) =>
          JSON.stringify([a.name, a]) < JSON.stringify([b.name, b]) ? -1 : 1
        )
        : part,
  );
}

/** By what it is; a chart makes neither its namespace nor classes that all of a cluster share. */
function byIdentity(manifests: readonly Manifest[]): Record<string, unknown> {
  return Object.fromEntries(
    manifests.filter(({ kind }) => kind !== "Namespace" && kind !== "PriorityClass")
      .map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, sorted(manifest)]),
  );
}

const GPU = ["values-gpu.yaml"];

for (
  const [target, files, values] of [
    ["overlays/kind", ["values-kind.yaml"], []],
    ["overlays/gpu", GPU, []],
    ["overlays/trt", [...GPU, "values-trt.yaml"], []],
    ["components/monitoring", GPU, ["monitoring.enabled=true"]],
    ["components/hpa", GPU, ["autoscaling.by=slots"]],
    ["components/keda", GPU, ["autoscaling.by=keda"]],
    ["components/httproute", GPU, ["route.enabled=true"]],
    ["components/networkpolicy", GPU, ["networkPolicy.enabled=true"]],
    ["components/priority", GPU, ["priorityClassName=embed-online"]],
    ["components/seccomp", GPU, ["seccompLocalhostProfile=triton-edge-gateway.json"]],
  ] as const
) {
  Deno.test({
    name: `the chart with ${[...files, ...values].join(" ")} is ${target}, object by object`,
    ignore,
    fn: async () => {
      const expected = renderedTargets.find(({ target: { name } }) => name.endsWith(target));
      assert.ok(expected);
      assert.deepEqual(
        byIdentity(await renderChart(files, values)),
        byIdentity(expected.manifests),
      );
    },
  });
}

Deno.test({
  name: "values-ha.yaml has three replicas, or three at least, over a GPU's values and alone",
  ignore,
  fn: async () => {
    const find = (manifests: readonly Manifest[], kind: string) =>
      manifests.find((manifest) => manifest.kind === kind)?.spec as Record<string, unknown>;
    const fleet = await renderChart([...GPU, "values-ha.yaml"]);
    assert.equal(find(fleet, "Deployment").replicas, 3);
    assert.ok(find(fleet, "NetworkPolicy") && find(fleet, "PodMonitor"));
    const alone = await renderChart(["values-ha.yaml"]);
    assert.equal(find(alone, "HorizontalPodAutoscaler").minReplicas, 3);
  },
});

Deno.test({
  name: "the chart's route leads to its own release, or to another one that is named",
  ignore,
  fn: async () => {
    for (const [values, name] of [[[], "gateway"], [["route.service=next"], "next"]] as const) {
      const objects = await renderChart(GPU, ["route.enabled=true", ...values]);
      const route = objects.find(({ kind }) => kind === "HTTPRoute");
      const { rules: [rule] } = route?.spec as { rules: { backendRefs: unknown }[] };
      assert.deepEqual(rule?.backendRefs, [{ name, port: 80 }]);
    }
  },
});

for (
  const [value, complaint] of [
    ["replicaz=2", /additional properties 'replicaz' not allowed/],
    ["settings.GATEWAY_SLOT=2", /additional properties 'GATEWAY_SLOT' not allowed/],
    ["settings.GATEWAY_PORT=81", /additional properties 'GATEWAY_PORT' not allowed/],
    ["image.tag=latest", /'not' failed/],
    ["autoscaling.by=luck", /must be one of 'none', 'cpu', 'slots', 'keda'/],
  ] as const
) {
  Deno.test({
    name: `the chart refuses ${value}`,
    ignore,
    fn: async () => {
      await assert.rejects(() => renderChart([], [value]), complaint);
    },
  });
}
