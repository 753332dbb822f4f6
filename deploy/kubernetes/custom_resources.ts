/**
 * Holds objects of other projects' kinds to their types, which are made from those projects' own. TypeScript finds a
 * misspelt field wherever it is, and the schemas beside the types what has the wrong form.
 */
import { fileURLToPath } from "node:url";
import type { Manifest } from "./manifest.ts";
import { outcomeOf, withFile } from "./outcome.ts";

/** Where the types of each kind are. */
const TYPES: Readonly<Record<string, string>> = {
  HTTPRoute: "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute",
  PodMonitor: "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor",
  PrometheusRule: "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule",
  ScaledObject: "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject",
};

/** The packages of types are apart from the project's own, as those of other tools are. */
const TOOLCHAIN = `${fileURLToPath(new URL("../../", import.meta.url))}tools/toolchain.`;

/** Whether the kind is one whose types are known here. */
export function isCustomResource({ kind }: Manifest): boolean {
  return kind in TYPES;
}

/** What is wrong; nothing where all is well. */
export async function validateCustomResources(
  manifests: readonly Manifest[],
): Promise<string[]> {
  if (manifests.length === 0) return [];
  const { success, stderr } = await withFile(
    ".ts",
    programOf(manifests),
    (path) =>
      outcomeOf(Deno.execPath(), [
        ...["run", "--quiet", "--check", "--no-prompt", "--allow-env", "--allow-read", "--frozen"],
        ...[`--config=${TOOLCHAIN}json`, `--lock=${TOOLCHAIN}lock`, path],
      ]),
  );
  return success ? [] : [stderr.slice(0, stderr.indexOf("Stack backtrace:")).trim()];
}

/** A program that type-checks, and runs, where every object is a good one. */
function programOf(manifests: readonly Manifest[]): string {
  const kinds = new Set(manifests.map(({ kind }) => kind));
  const imports = [...kinds].map((kind) => `import { ${kind} } from "${TYPES[kind]}";`);
  const checks = manifests.map(({ apiVersion, kind, ...rest }) =>
    `if (${kind}.apiVersion !== "${apiVersion}") throw new Error("${kind} is of ${apiVersion}");\n` +
    `new ${kind}(${JSON.stringify(rest, null, 1)}).validate();`
  );
  return [...imports, ...checks].join("\n");
}
