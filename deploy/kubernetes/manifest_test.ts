import assert from "node:assert/strict";
import { containersOf, environmentOf, workloadOf } from "./manifest.ts";

const gateway = {
  name: "gateway",
  image: "a",
  env: [{ name: "GATEWAY_SLOTS", value: "64" }, { name: "GATEWAY_API_KEYS", valueFrom: {} }],
};

Deno.test("containersOf() has those that run first in front", () => {
  const triton = { name: "triton", image: "b" };
  assert.deepEqual(
    containersOf({ containers: [gateway], initContainers: [triton] }).map(({ name }) => name),
    ["triton", "gateway"],
  );
});

Deno.test("environmentOf() leaves out what a Secret has", () => {
  assert.deepEqual(environmentOf(gateway), { GATEWAY_SLOTS: "64" });
});

Deno.test("workloadOf() knows what has a template of pods", () => {
  const metadata = { name: "a" };
  const kinds = ["Deployment", "Job", "Service"]
    .filter((kind) => workloadOf({ apiVersion: "v1", kind, metadata }));
  assert.deepEqual(kinds, ["Deployment", "Job"]);
});

Deno.test("workloadOf() tells KServe's own fields from those of the pod", () => {
  const predictor = {
    minReplicas: 2,
    maxReplicas: 4,
    deploymentStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    labels: { a: "b" },
    enableServiceLinks: false,
    containers: [gateway],
  };
  const service = { apiVersion: "v1", kind: "InferenceService", metadata: { name: "a" } };
  assert.deepEqual(workloadOf({ ...service, spec: { predictor } })?.spec, {
    replicas: 2,
    strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    template: {
      metadata: { labels: { a: "b" } },
      spec: { enableServiceLinks: false, containers: [gateway] },
    },
  });
});
