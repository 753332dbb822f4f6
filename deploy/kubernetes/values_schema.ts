/** The schema of the Helm chart's values: a value that nothing reads is refused, and so is one in the wrong form. */

/** Where it lies. */
export const SCHEMA_PATH = "deploy/kubernetes/chart/values.schema.json";

/** A setting of the gateway. */
export interface Setting {
  /** Its variable. */
  readonly env: string;
  /** What it means, in a sentence. */
  readonly doc: string;
}

type Schema = Readonly<Record<string, unknown>>;

const text = (pattern?: string): Schema => ({ type: "string", ...pattern && { pattern } });
const count = (minimum: number): Schema => ({ type: "integer", minimum });
const truth: Schema = { type: "boolean" };
const oneOf = (...values: readonly string[]): Schema => ({ enum: values });
const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: "object",
  additionalProperties: false,
  properties,
});

const QUANTITY = "^[0-9]+(\\.[0-9]+)?(m|k|M|G|Ki|Mi|Gi|Ti)?$";
/** Names of Kubernetes' objects. */
const NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

const image = object({
  repository: text(".+"),
  // No `latest`: nobody could tell what runs.
  tag: { type: "string", pattern: ".+", not: { const: "latest" } },
  pullPolicy: oneOf("IfNotPresent", "Always", "Never"),
});

/** Null takes a default away. */
const quantities: Schema = {
  type: "object",
  additionalProperties: { type: ["string", "null"], pattern: QUANTITY },
};
const resources = object({ requests: quantities, limits: quantities });

const claim = {
  create: truth,
  name: text(NAME),
  size: text(QUANTITY),
  storageClassName: text(),
};

function settingsSchema(settings: readonly Setting[]): Schema {
  // What the engine decides, and what the chart's probes and ports take for granted.
  const decided = ["ENGINE", "MODEL", "MODELS", "TRITON_URL", "MODEL_REPOSITORY", "HOST", "PORT"];
  const free = settings.filter(({ env }) => !decided.includes(env.replace("GATEWAY_", "")));
  return object(
    Object.fromEntries(free.map(({ env, doc }) => [env, { type: "string", description: doc }])),
  );
}

/**
 * @param settings All settings of the gateway.
 * @returns JSON text.
 */
export function valuesSchema(settings: readonly Setting[]): string {
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Written by deno task docs: change deploy/kubernetes/values_schema.ts instead.",
    ...object({
      engine: oneOf("embedded", "triton"),
      models: text("^[A-Za-z0-9_:,./-]+$"),
      image,
      imagePullSecrets: { type: "array", items: object({ name: text(NAME) }) },
      replicas: count(1),
      settings: settingsSchema(settings),
      apiKeysSecret: text(NAME),
      resources,
      triton: object({ image, stopSeconds: count(11), tensorrt: truth, resources }),
      gpu: object({ resourceName: text("^[a-z0-9.-]+/[a-z0-9.-]+$") }),
      shm: object({ sizeLimit: text(QUANTITY) }),
      modelsClaim: object({ ...claim, job: text(NAME) }),
      enginesClaim: object(claim),
      service: object({
        type: oneOf("ClusterIP", "NodePort", "LoadBalancer"),
        nodePort: { type: "integer", minimum: 0, maximum: 65535 },
      }),
      autoscaling: object({
        by: oneOf("none", "cpu", "slots", "keda"),
        minReplicas: count(1),
        maxReplicas: count(1),
        scaleDownSeconds: count(0),
        prometheus: text("^https?://"),
      }),
      podDisruptionBudget: object({ maxUnavailable: count(1) }),
      quota: quantities,
      priorityClassName: text(),
      seccompLocalhostProfile: text(),
      monitoring: object({ enabled: truth }),
      route: object({
        enabled: truth,
        hostname: text(".+"),
        gateway: object({ name: text(NAME), namespace: text(NAME) }),
        service: text(),
      }),
      networkPolicy: object({
        enabled: truth,
        routeNamespace: text(NAME),
        monitoringNamespace: text(NAME),
      }),
    }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
