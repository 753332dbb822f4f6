/** What each component promises, beside what every pod does. */
import assert from "node:assert/strict";
import { allMetrics, routeLines } from "../../tools/reference.ts";
import { metricsIn, TRITON_METRICS, unknownMetrics } from "../metric_names.ts";
import { parseConfig } from "../../gateway/config/config.ts";
import { parse } from "../yaml.ts";
import {
  containersOf,
  environmentOf,
  type Manifest,
  type PodSpec,
  workloadOf,
} from "./manifest.ts";
import { hasKubectl, renderedTargets } from "./rendered_targets.ts";

const ignore = !hasKubectl;
const known = new Set([...allMetrics().map(({ name }) => name), ...TRITON_METRICS]);

const readText = (path: string) => Deno.readTextFile(new URL(path, import.meta.url));

/** The object of a kind among those of a component's target. */
function objectOf<Spec>(component: string, kind: string): { name: string; spec: Spec } {
  const manifests = renderedTargets.find(({ target }) => target.name.endsWith(component))
    ?.manifests;
  const object = manifests?.find((manifest) => manifest.kind === kind);
  assert.ok(object, `${component} has ${kind}`);
  return { name: object.metadata.name, spec: object.spec as Spec };
}

function deploymentOf(component: string) {
  const manifests = renderedTargets.find(({ target }) => target.name.endsWith(component))
    ?.manifests ?? [];
  const deployment = manifests.flatMap((manifest) => workloadOf(manifest) ?? [])
    .find(({ kind }) => kind === "Deployment");
  assert.ok(deployment);
  return deployment;
}

interface Endpoint {
  readonly port: string;
  readonly relabelings: readonly { readonly targetLabel: string; readonly replacement: string }[];
}

Deno.test({
  name: "the PodMonitor reads ports that the pods have, under the names that alerts ask for",
  ignore,
  fn: () => {
    const { spec } = objectOf<{ podMetricsEndpoints: Endpoint[] }>("monitoring", "PodMonitor");
    const ports = containersOf(deploymentOf("monitoring").spec.template.spec)
      .flatMap(({ ports = [] }) => ports.map(({ name }) => name));
    for (const { port } of spec.podMetricsEndpoints) assert.ok(ports.includes(port), port);
    const jobs = spec.podMetricsEndpoints.map(({ relabelings: [job] }) => job?.replacement);
    assert.deepEqual(jobs, ["gateway", "triton"]);
  },
});

interface Trigger {
  readonly metadata: { readonly query: string; readonly threshold: string };
}

interface ScaledObject {
  readonly scaleTargetRef: { readonly name: string };
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly advanced: { readonly horizontalPodAutoscalerConfig: { readonly behavior: unknown } };
  readonly triggers: readonly Trigger[];
}

interface Autoscaler {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly behavior: unknown;
  readonly metrics: readonly {
    readonly pods: {
      readonly metric: { readonly name: string };
      readonly target: { readonly averageValue: string };
    };
  }[];
}

Deno.test({
  name: "KEDA and the autoscaler go by the same metrics, numbers and pace",
  ignore,
  fn: async () => {
    const { spec: keda } = objectOf<ScaledObject>("keda", "ScaledObject");
    const { spec: hpa } = objectOf<Autoscaler>("hpa", "HorizontalPodAutoscaler");
    assert.deepEqual(
      [hpa.minReplicas, hpa.maxReplicas, hpa.behavior],
      [
        keda.minReplicaCount,
        keda.maxReplicaCount,
        keda.advanced.horizontalPodAutoscalerConfig.behavior,
      ],
    );
    assert.deepEqual(
      hpa.metrics.map(({ pods }) => pods.target.averageValue),
      keda.triggers.map(({ metadata }) => metadata.threshold),
    );
    const { rules } = parse(await readText("components/hpa/prometheus_adapter_values.yaml"));
    const custom: { seriesQuery: string; name: { as: string } }[] = rules.custom;
    assert.deepEqual(
      hpa.metrics.map(({ pods }) => pods.metric.name),
      custom.map(({ name }) => name.as),
    );
    const queried = keda.triggers.map(({ metadata }) => metricsIn(metadata.query));
    assert.deepEqual(custom.map(({ seriesQuery }) => metricsIn(seriesQuery)), queried);
    for (const names of queried) {
      assert.equal(names.length, 1);
      assert.deepEqual(unknownMetrics(names, known), []);
    }
  },
});

for (const component of ["keda", "hpa"]) {
  Deno.test({
    name: `${component} alone says how many replicas there are, of a Deployment that there is`,
    ignore,
    fn: () => {
      const deployment = deploymentOf(component);
      assert.equal(deployment.spec.replicas, undefined);
      const kind = component === "keda" ? "ScaledObject" : "HorizontalPodAutoscaler";
      const { spec } = objectOf<{ scaleTargetRef: { name: string } }>(component, kind);
      assert.equal(spec.scaleTargetRef.name, deployment.metadata.name);
    },
  });
}

interface Route {
  readonly rules: readonly {
    readonly matches: readonly {
      readonly path: { readonly type: string; readonly value: string };
    }[];
    readonly timeouts: { readonly request: string };
    readonly backendRefs: readonly { readonly name: string; readonly port: number }[];
  }[];
}

Deno.test({
  name:
    "the route passes on every path of the gateway but /metrics, for as long as a request may take",
  ignore,
  fn: () => {
    const { spec: { rules: [rule] } } = objectOf<Route>("httproute", "HTTPRoute");
    assert.ok(rule);
    const passes = (path: string) =>
      rule.matches.some(({ path: { type, value } }) =>
        path === value || (type === "PathPrefix" && path.startsWith(`${value}/`))
      );
    const paths = routeLines().map((route) => route.slice(route.indexOf("/")));
    assert.deepEqual(paths.filter((path) => !passes(path)), ["/metrics"]);
    const { config } = parseConfig({});
    const seconds = Number(/^(\d+)s$/.exec(rule.timeouts.request)?.[1]);
    assert.ok(seconds * 1000 > config.uploadTimeoutMs + config.requestTimeoutMs);
    const { name, spec } = objectOf<{ ports: { port: number }[] }>("httproute", "Service");
    assert.deepEqual(rule.backendRefs, [{ name, port: spec.ports[0]?.port }]);
  },
});

interface Policy {
  readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly policyTypes: readonly string[];
  readonly ingress: readonly { readonly ports: readonly { readonly port: number }[] }[];
  readonly egress: readonly unknown[];
}

Deno.test({
  name:
    "the network policy lets in what the pods serve, nothing out, and the Job that needs a hub alone",
  ignore,
  fn: () => {
    const { spec } = objectOf<Policy>("networkpolicy", "NetworkPolicy");
    const { template } = deploymentOf("networkpolicy").spec;
    const served = containersOf(template.spec)
      .flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
    const open = new Set(spec.ingress.flatMap(({ ports }) => ports.map(({ port }) => port)));
    assert.deepEqual([...open].sort(), served.sort());
    assert.deepEqual([spec.policyTypes, spec.egress], [["Ingress", "Egress"], []]);
    const selects = (labels: Readonly<Record<string, string>> = {}) =>
      Object.entries(spec.podSelector.matchLabels).every(([key, value]) => labels[key] === value);
    assert.ok(selects(template.metadata.labels));
    const { spec: job } = objectOf<{ template: { metadata: { labels: Record<string, string> } } }>(
      "networkpolicy",
      "Job",
    );
    assert.ok(!selects(job.template.metadata.labels));
  },
});

Deno.test({
  name: "bulk gives way to who waits, and ends nobody",
  ignore,
  fn: () => {
    const manifests = renderedTargets.find(({ target }) => target.name.endsWith("priority"))
      ?.manifests ?? [];
    const classes = manifests.filter(({ kind }) => kind === "PriorityClass") as unknown as {
      metadata: { name: string };
      value: number;
      preemptionPolicy?: string;
    }[];
    const [bulk, online] = classes.toSorted((a, b) => a.value - b.value);
    assert.deepEqual(
      [bulk?.metadata.name, bulk?.preemptionPolicy, online?.metadata.name],
      ["embed-bulk", "Never", "embed-online"],
    );
  },
});

interface BulkJob {
  readonly completions: number;
  readonly template: { readonly spec: PodSpec & { readonly priorityClassName: string } };
}

Deno.test({
  name: "bulk workers know how many they are, and ask a fleet that gives way, too",
  ignore,
  fn: async () => {
    const { spec: { completions, template } } = objectOf<BulkJob>("components/bulk", "Job");
    const [worker] = template.spec.containers;
    assert.ok(worker);
    const { args = [] } = worker;
    assert.equal(args[args.indexOf("--completions") + 1], String(completions));
    const help = await readText("../../bulk/main.ts");
    for (const option of args.filter((text) => text.startsWith("--"))) {
      assert.match(help, new RegExp(`^  ${option}\\b`, "m"), option);
    }
    const { name } = objectOf("components/bulk", "Service");
    assert.equal(environmentOf(worker).BULK_URL, `http://${name}`);
    const fleet = deploymentOf("components/bulk").spec.template.spec as BulkJob["template"]["spec"];
    assert.deepEqual(
      [template.spec.priorityClassName, fleet.priorityClassName],
      ["embed-bulk", "embed-bulk"],
    );
  },
});

Deno.test({
  name: "to delete the bulk fleet deletes nothing of the other one",
  ignore,
  fn: () => {
    const manifests = renderedTargets.find(({ target }) => target.name === "components/bulk")
      ?.manifests ?? [];
    const others = renderedTargets.find(({ target }) => target.name === "overlays/gpu")
      ?.manifests ?? [];
    const identity = ({ kind, metadata: { name } }: Manifest) => `${kind} ${name}`;
    const shared = new Set(others.map(identity));
    assert.ok(manifests.length > 4);
    assert.deepEqual(manifests.map(identity).filter((one) => shared.has(one)), []);
  },
});
