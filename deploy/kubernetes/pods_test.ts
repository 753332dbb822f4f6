/** What the pods of every overlay and component promise, after kustomize has merged them. */
import assert from "node:assert/strict";
import { slotsOf } from "../../gateway/compose_engine.ts";
import { parseConfig } from "../../gateway/config/config.ts";
import { slotBytes } from "../../gateway/engine/triton/slot_memory.ts";
import { isolateCount } from "../../gateway/isolates/isolate_count.ts";
import { readModelManifest } from "../../testing/models/repository_manifests.ts";
import {
  type Container,
  containersOf,
  environmentOf,
  type PodSpec,
  workloadOf,
} from "./manifest.ts";
import { parseQuantity } from "./quantity.ts";
import { hasKubectl, renderedTargets } from "./rendered_targets.ts";

const OURS = 1000;
const MIB = 2 ** 20;
/** What a gateway holds beside slots, bodies and decoding: where less was left, the kernel ended it again and again. */
const PROCESS_BYTES = 650e6;
/** Triton's own part of /dev/shm. */
const TRITON_SHM_BYTES = 96 * MIB;

const ignore = !hasKubectl;
const workloads = renderedTargets.flatMap(({ target, manifests }) =>
  manifests.flatMap((manifest) => workloadOf(manifest) ?? []).map((workload) => ({
    title: `${target.name}: ${workload.kind} ${workload.metadata.name}`,
    workload,
    pod: workload.spec.template.spec,
  }))
);
const deployments = workloads.filter(({ workload }) => workload.kind !== "Job");

/** By its name, or by the one that KServe wants. */
function find(pod: PodSpec, ...names: readonly string[]): Container | undefined {
  return containersOf(pod).find(({ name }) => names.includes(name));
}

const tritonOf = (pod: PodSpec) => find(pod, "triton", "kserve-container");

function gatewayOf(pod: PodSpec): Container {
  const gateway = find(pod, "gateway", "transformer-container");
  assert.ok(gateway);
  return gateway;
}

const settingsOf = (pod: PodSpec) => parseConfig(environmentOf(gatewayOf(pod)));

/** Bytes of all slots of all isolates. */
function regionBytes(pod: PodSpec): number {
  const { config } = settingsOf(pod);
  const manifests = config.models.map(readModelManifest);
  const isolates = isolateCount(config, manifests, "linux");
  return isolates *
    manifests.reduce(
      (sum, manifest) => sum + slotBytes(manifest.input, slotsOf(config, manifest, isolates)),
      0,
    );
}

const limitOf = ({ resources }: Container, name: string) =>
  parseQuantity(resources?.limits?.[name] ?? 0);

Deno.test({
  name: "every overlay has a Deployment, and it is looked at",
  ignore,
  fn: () => {
    for (const name of ["overlays/kind", "overlays/gpu", "overlays/trt"]) {
      assert.ok(deployments.some(({ title }) => title.startsWith(`${name}: `)), name);
    }
  },
});

/** Objects that all of a cluster share. */
const CLUSTER_KINDS = ["Namespace", "PriorityClass"];

for (const { target, manifests } of renderedTargets) {
  Deno.test(`${target.name}: every object has its place`, () => {
    for (const { kind, metadata: { name, namespace } } of manifests) {
      assert.equal(namespace, CLUSTER_KINDS.includes(kind) ? undefined : "embed", name);
    }
  });
}

for (const { title, pod } of workloads) {
  Deno.test(`${title} is "restricted", of our user, with a read-only root`, () => {
    const { securityContext } = pod;
    assert.deepEqual(
      [securityContext?.runAsUser, securityContext?.runAsGroup, securityContext?.fsGroup],
      [OURS, OURS, OURS],
    );
    assert.equal(securityContext?.runAsNonRoot, true);
    assert.ok(securityContext?.seccompProfile?.type);
    for (const container of containersOf(pod)) {
      const { securityContext: own } = container;
      assert.equal(own?.runAsUser, undefined, container.name);
      assert.equal(own?.readOnlyRootFilesystem, true, container.name);
      assert.equal(own?.allowPrivilegeEscalation, false, container.name);
      assert.deepEqual(own?.capabilities?.drop, ["ALL"], container.name);
    }
  });

  Deno.test(`${title} has neither a token nor variables of Services`, () => {
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(pod.enableServiceLinks, false);
  });

  Deno.test(`${title} mounts what it has, and bounds what it writes`, () => {
    const volumes = new Map(pod.volumes?.map((volume) => [volume.name, volume]));
    for (const { name, volumeMounts = [] } of containersOf(pod)) {
      for (const mount of volumeMounts) assert.ok(volumes.has(mount.name), `${name} ${mount.name}`);
    }
    for (const { name, emptyDir } of volumes.values()) {
      if (emptyDir) assert.ok(parseQuantity(emptyDir.sizeLimit ?? ""), name);
    }
  });

  Deno.test(`${title} asks for memory, and has a limit of it`, () => {
    for (const container of containersOf(pod)) {
      const { requests = {} } = container.resources ?? {};
      assert.ok(requests.cpu && requests.memory, container.name);
      assert.ok(parseQuantity(requests.memory) <= limitOf(container, "memory"), container.name);
    }
  });

  Deno.test(`${title} runs images of this project that a node may have already`, () => {
    for (const { name, image, imagePullPolicy } of containersOf(pod)) {
      assert.match(image, /^triton-edge-gateway(?:-triton)?:local$/, name);
      assert.equal(image.includes("-triton:"), /^triton$|^kserve-/.test(name));
      assert.equal(imagePullPolicy, "IfNotPresent", name);
    }
  });

  Deno.test(`${title} runs programs that the image has`, async () => {
    const image = await Deno.readTextFile(new URL("../../Dockerfile.gateway", import.meta.url));
    for (const { name, command = [] } of containersOf(pod)) {
      const script = command.find((part) => part.endsWith(".sh"));
      if (script) assert.match(image, new RegExp(`^COPY --chmod=0755 .*${script}`, "m"), name);
    }
  });

  Deno.test(`${title} is asked at ports it has`, () => {
    for (const { name, ports = [], ...container } of containersOf(pod)) {
      const known = new Set(ports.flatMap(({ name, containerPort }) => [name, containerPort]));
      const { startupProbe, readinessProbe, livenessProbe } = container;
      for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
        if (probe?.httpGet) assert.ok(known.has(probe.httpGet.port), name);
      }
    }
  });
}

for (const { title, workload, pod } of deployments) {
  Deno.test(`${title} gives the gateway settings that it knows, and a model that there is`, () => {
    const { config, problems } = settingsOf(pod);
    assert.deepEqual(problems, []);
    assert.ok(config.models.map(readModelManifest).length > 0);
    const { containerPort } = gatewayOf(pod).ports?.[0] ?? {};
    assert.equal(containerPort, config.port);
  });

  Deno.test(`${title} selects its own pods`, () => {
    const { selector, template } = workload.spec;
    for (const [name, value] of Object.entries(selector?.matchLabels ?? {})) {
      assert.equal(template.metadata.labels?.[name], value);
    }
  });

  Deno.test(`${title} lets the gateway drain, and then Triton, before it is killed`, () => {
    const { config } = settingsOf(pod);
    const drainSeconds = (config.drainDelayMs + config.drainTimeoutMs) / 1000;
    const triton = tritonOf(pod);
    const tritonSeconds = triton ? Number(environmentOf(triton).STOP_SECONDS) : 0;
    const { terminationGracePeriodSeconds = 30 } = pod;
    assert.ok(terminationGracePeriodSeconds >= drainSeconds + tritonSeconds + 10);
    // In-flight requests end before the drain does.
    assert.ok(config.drainTimeoutMs > config.requestTimeoutMs);
    assert.ok(config.drainDelayMs > 0);
  });

  Deno.test(`${title} has memory for its slots beside the process`, () => {
    assert.ok(limitOf(gatewayOf(pod), "memory") >= regionBytes(pod) + PROCESS_BYTES);
  });

  Deno.test(`${title} gives a canary the time of one`, () => {
    const { readinessProbe, livenessProbe } = gatewayOf(pod);
    assert.equal(readinessProbe?.httpGet?.path, "/readyz");
    assert.ok((readinessProbe?.timeoutSeconds ?? 1) >= 6);
    assert.equal(livenessProbe?.httpGet?.path, "/livez");
  });

  Deno.test(`${title} knows its number of isolates, with a limit of cores or without`, () => {
    const { config } = settingsOf(pod);
    assert.ok(config.isolates > 0);
    const { requests = {}, limits = {} } = gatewayOf(pod).resources ?? {};
    assert.ok(config.isolates <= parseQuantity(limits.cpu ?? requests.cpu ?? 0));
  });
}

const gpuPods = deployments.filter(({ pod }) => tritonOf(pod));

for (const { title, workload, pod } of gpuPods) {
  const triton = tritonOf(pod) as Container;
  const gateway = gatewayOf(pod);

  Deno.test(`${title} starts Triton before the gateway and stops it after`, () => {
    const isSidecar = pod.initContainers?.includes(triton) && triton.restartPolicy === "Always";
    const { config } = settingsOf(pod);
    const sleeps = (triton.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;
    assert.ok(isSidecar || sleeps >= config.drainDelayMs + config.drainTimeoutMs);
    // KServe would ask a port of its own choice where there is none.
    assert.equal(triton.readinessProbe !== undefined, triton.name === "kserve-container");
  });

  Deno.test(`${title} keeps Triton on loopback, where the gateway looks for it`, () => {
    assert.ok(triton.args?.includes("--grpc-address=127.0.0.1"));
    assert.ok(triton.args?.includes("--http-address=127.0.0.1"));
    assert.equal(settingsOf(pod).config.tritonUrl, "http://127.0.0.1:8001");
  });

  Deno.test(`${title} has one /dev/shm in memory, with room for two regions and Triton's own`, () => {
    const nameOf = ({ volumeMounts = [] }: Container) =>
      volumeMounts.find(({ mountPath }) => mountPath === "/dev/shm")?.name;
    assert.ok(nameOf(triton));
    assert.equal(nameOf(triton), nameOf(gateway));
    const volume = pod.volumes?.find(({ name }) => name === nameOf(triton));
    assert.equal(volume?.emptyDir?.medium, "Memory");
    const bytes = parseQuantity(volume?.emptyDir?.sizeLimit ?? "");
    assert.ok(bytes >= 2 * regionBytes(pod) + TRITON_SHM_BYTES, `${bytes}`);
    // The documented bound for one isolate.
    assert.ok(bytes >= 2 * settingsOf(pod).config.slots * 602_112 + TRITON_SHM_BYTES);
  });

  Deno.test(`${title} tells Triton what the gateway does`, () => {
    const { config } = settingsOf(pod);
    const { MODELS, TRITON_INFLIGHT, REQUEST_TIMEOUT_MS, STOP_SECONDS } = environmentOf(triton);
    assert.equal(Number(TRITON_INFLIGHT), config.slots);
    assert.equal(Number(REQUEST_TIMEOUT_MS), config.requestTimeoutMs);
    // As deploy/triton/entrypoint.sh wants it.
    assert.ok(Number(STOP_SECONDS) >= config.requestTimeoutMs / 1000 + 10);
    assert.equal(MODELS, environmentOf(gateway).GATEWAY_MODELS);
  });

  Deno.test(`${title} finishes a rollout where every GPU is taken`, () => {
    assert.equal(limitOf(triton, "nvidia.com/gpu"), 1);
    assert.deepEqual(workload.spec.strategy?.rollingUpdate, { maxSurge: 0, maxUnavailable: 1 });
  });

  Deno.test(`${title} reads the models that the Job writes`, () => {
    const job = workloads.find((other) =>
      other.workload.kind === "Job" && other.workload.metadata.name.startsWith("model") &&
      other.title.split(":")[0] === title.split(":")[0]
    );
    const claimOf = ({ volumes = [] }: PodSpec) =>
      volumes.find(({ name }) => name === "models")?.persistentVolumeClaim;
    // A second fleet of the same models has no Job of its own.
    if (job) {
      const [model] = job.pod.containers;
      assert.equal(model && environmentOf(model).MODELS, environmentOf(triton).MODELS);
      assert.equal(claimOf(job.pod)?.claimName, claimOf(pod)?.claimName);
    } else assert.equal(claimOf(pod)?.claimName, "models");
    assert.equal(claimOf(pod)?.readOnly, true);
    for (const container of containersOf(pod)) {
      const mount = container.volumeMounts?.find(({ name }) => name === "models");
      assert.equal(mount?.readOnly, true, container.name);
    }
  });
}
