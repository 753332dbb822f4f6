/** Holds rendered objects to Kubernetes' own schemas, in which a misspelt field is an error. */
import type { Manifest } from "./manifest.ts";

/** The oldest Kubernetes that is supported; `kubernetes-validate` has the schemas of each inside. */
const KUBERNETES_VERSION = "1.35";

/**
 * What is wrong, a line each; nothing where all is well.
 *
 * @throws {Deno.errors.NotFound} when there is no kubernetes-validate.
 */
export async function validateManifests(manifests: readonly Manifest[]): Promise<string[]> {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    // JSON is YAML in which every string is one.
    const documents = manifests.map((manifest) => JSON.stringify(manifest));
    await Deno.writeTextFile(file, documents.join("\n---\n"));
    const { success, stdout, stderr } = await new Deno.Command("kubernetes-validate", {
      args: ["-k", KUBERNETES_VERSION, "--strict", "--quiet", file],
      stdin: "null",
    }).output();
    const lines = [stdout, stderr].flatMap((bytes) => new TextDecoder().decode(bytes).split("\n"))
      .map((line) => line.replaceAll(file, "").trim()).filter((line) => line !== "");
    if (success) return [];
    return lines.length > 0 ? lines : ["kubernetes-validate failed without a word"];
  } finally {
    await Deno.remove(file);
  }
}
