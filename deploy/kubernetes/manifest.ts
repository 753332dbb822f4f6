/** What of Kubernetes' objects is looked at; their schemas know the rest. */

/** One object of a manifest. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
}

/** How a rollout replaces pods. */
interface Strategy {
  readonly rollingUpdate: { readonly maxSurge: number; readonly maxUnavailable: number };
}

/** What pods are made from by a template, such as a Deployment or a Job. */
export interface Workload extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly strategy?: Strategy;
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
  };
}

/** A pod. */
export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly restartPolicy?: string;
  readonly securityContext?: SecurityContext;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

/** Of a pod or of a container. */
interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
}

/** A container; one among `initContainers` that restarts always is a native sidecar. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly restartPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string | number>>;
    readonly limits?: Readonly<Record<string, string | number>>;
  };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
}

/** How kubelet asks a container. */
interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
  readonly exec?: { readonly command: readonly string[] };
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

/** A volume of a pod. */
interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
}

/** KServe's object, of which only the predictor is used: a pod with fields of KServe's own among the pod's. */
export interface InferenceService extends Manifest {
  readonly spec: { readonly predictor: Predictor };
}

/** What KServe adds to a pod, as far as it is used here. */
interface Predictor extends PodSpec {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly deploymentStrategy?: Strategy;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Whether it is KServe's. */
export function isInferenceService(manifest: Manifest): manifest is InferenceService {
  return manifest.kind === "InferenceService";
}

/** What makes pods, in the form of a Deployment; nothing of an object that makes none. */
export function workloadOf(manifest: Manifest): Workload | undefined {
  if (manifest.kind === "Deployment" || manifest.kind === "Job") return manifest as Workload;
  if (!isInferenceService(manifest)) return undefined;
  const { minReplicas, maxReplicas: _, deploymentStrategy, labels, ...pod } =
    manifest.spec.predictor;
  return {
    ...manifest,
    spec: {
      ...minReplicas && { replicas: minReplicas },
      ...deploymentStrategy && { strategy: deploymentStrategy },
      template: { metadata: { ...labels && { labels } }, spec: pod },
    },
  };
}

/** Every container of a pod, those that run first in front. */
export function containersOf({ initContainers = [], containers }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}

/** Variables that a container sets to a value; those from a Secret are left out. */
export function environmentOf({ env = [] }: Container): Record<string, string> {
  return Object.fromEntries(
    env.flatMap(({ name, value }) => value === undefined ? [] : [[name, value]]),
  );
}
