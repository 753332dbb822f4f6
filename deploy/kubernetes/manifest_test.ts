import assert from "node:assert/strict";
import { containersOf, environmentOf, isWorkload } from "./manifest.ts";

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

Deno.test("isWorkload() is true where there is a template of pods", () => {
  const metadata = { name: "a" };
  const kinds = ["Deployment", "Job", "Service"]
    .map((kind) => isWorkload({ apiVersion: "v1", kind, metadata }));
  assert.deepEqual(kinds, [true, true, false]);
});
