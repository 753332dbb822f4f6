/** What a fleet may grow to fits what it is allowed. */
import assert from "node:assert/strict";
import { containersOf, type Manifest, type Workload, workloadOf } from "./manifest.ts";
import { parseQuantity } from "./quantity.ts";
import { renderedTargets } from "./rendered_targets.ts";

function deploymentOf(manifests: readonly Manifest[]): Workload {
  const deployment = manifests.flatMap((manifest) => workloadOf(manifest) ?? [])
    .find(({ kind }) => kind === "Deployment");
  assert.ok(deployment);
  return deployment;
}

/** Of all pods at once: those that the autoscaler may want, and one more of a rollout. */
function fleetNeeds(deployment: Workload, maxReplicas: number): Record<string, number> {
  const { strategy, template: { spec: { containers } } } = deployment.spec;
  const pods = maxReplicas + (strategy?.rollingUpdate.maxSurge ?? 0);
  const sum = (kind: "requests" | "limits") =>
    pods * containers.reduce(
      (sum, { resources }) => sum + parseQuantity(resources?.[kind]?.cpu ?? 0),
      0,
    );
  return { pods, "requests.cpu": sum("requests"), "limits.cpu": sum("limits") };
}

for (const { target, manifests } of renderedTargets) {
  const quota = manifests.find(({ kind }) => kind === "ResourceQuota");
  if (!quota) continue;
  Deno.test(`${target.name}: the quota fits what the autoscaler may ask for`, () => {
    const { hard } = quota.spec as { hard: Record<string, string> };
    const scaler = manifests.find(({ kind }) => kind === "HorizontalPodAutoscaler");
    const { maxReplicas } = scaler?.spec as { maxReplicas: number };
    const deployment = deploymentOf(manifests);
    for (const [name, needed] of Object.entries(fleetNeeds(deployment, maxReplicas))) {
      assert.ok(parseQuantity(hard[name] ?? 0) >= needed, `${name} ${hard[name]} < ${needed}`);
    }
    for (const { name, resources } of containersOf(deployment.spec.template.spec)) {
      assert.ok(resources?.limits?.cpu, `the quota refuses ${name}`);
    }
  });
}
