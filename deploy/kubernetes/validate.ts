/** Holds rendered objects to Kubernetes' own schemas, in which a misspelt field is an error. */
import { isCustomResource, validateCustomResources } from "./custom_resources.ts";
import { validateInferenceServices } from "./inference_service.ts";
import { isInferenceService, type Manifest, workloadOf } from "./manifest.ts";
import { outcomeOf, withFile } from "./outcome.ts";

/** The oldest Kubernetes that is supported; `kubernetes-validate` has the schemas of each inside. */
const KUBERNETES_VERSION = "1.35";

/**
 * What is wrong, a line each; nothing where all is well.
 *
 * @throws {Deno.errors.NotFound} when there is no kubernetes-validate, or KServe's models are missing where they are needed.
 */
export async function validateManifests(manifests: readonly Manifest[]): Promise<string[]> {
  const custom = manifests.filter(isCustomResource);
  const builtIn = manifests.filter((manifest) => !isCustomResource(manifest)).map(asBuiltIn);
  return [
    ...await validateBuiltIn(builtIn),
    ...await validateCustomResources(custom),
    ...await validateInferenceServices(manifests.filter(isInferenceService)),
  ];
}

/** KServe's models know the names of a pod's fields, and Kubernetes' schemas what may be in them: both judge it. */
function asBuiltIn(manifest: Manifest): Manifest {
  if (!isInferenceService(manifest)) return manifest;
  const { metadata } = manifest;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: workloadOf(manifest)?.spec.template.spec,
  };
}

async function validateBuiltIn(manifests: readonly Manifest[]): Promise<string[]> {
  // JSON is YAML in which every string is one.
  const documents = manifests.map((manifest) => JSON.stringify(manifest));
  return await withFile(".yaml", documents.join("\n---\n"), async (file) => {
    const { success, stdout, stderr } = await outcomeOf("kubernetes-validate", [
      ...["-k", KUBERNETES_VERSION, "--strict", "--quiet", file],
    ]);
    const lines = (stdout + stderr).replaceAll(file, "").split("\n").map((line) => line.trim())
      .filter((line) => line !== "");
    if (success) return [];
    return lines.length > 0 ? lines : ["kubernetes-validate failed without a word"];
  });
}
