/** What the files of this folder become: kustomize, which is in kubectl, merges them. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, parseAllDocuments, stringify } from "../yaml.ts";
import type { Manifest } from "./manifest.ts";
import { outcomeOf } from "./outcome.ts";

const FOLDER = fileURLToPath(new URL("./", import.meta.url));

/** What is applied together, by paths from this folder. */
export interface Target {
  readonly name: string;
  readonly resources: readonly string[];
  readonly components: readonly string[];
}

/**
 * Everything that can be applied: each overlay alone, each component over the overlay of a GPU, and each one of
 * `components` that needs no overlay, alone.
 */
export async function listTargets(): Promise<Target[]> {
  const overlays = await foldersOf("overlays");
  const targets = overlays.map((path): Target => ({
    name: path,
    resources: [path],
    components: [],
  }));
  for (const path of await foldersOf("components")) {
    const text = await Deno.readTextFile(`${FOLDER}${path}/kustomization.yaml`);
    targets.push(
      parse(text).kind === "Component"
        ? { name: `overlays/gpu with ${path}`, resources: ["overlays/gpu"], components: [path] }
        : { name: path, resources: [path], components: [] },
    );
  }
  return targets;
}

/**
 * Merges a target's files as `kubectl apply -k` would.
 *
 * @throws {Error} when kustomize refuses them.
 * @throws {Deno.errors.NotFound} when there is no kubectl.
 */
export async function renderTarget({ resources, components }: Target): Promise<Manifest[]> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const fromHere = (path: string) => relative(folder, FOLDER + path);
    await Deno.writeTextFile(
      `${folder}/kustomization.yaml`,
      stringify({ resources: resources.map(fromHere), components: components.map(fromHere) }),
    );
    return parseManifests(await printedBy("kubectl", ["kustomize", folder]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * What a release `gateway` of the Helm chart in the namespace `embed` is made of, with files of its values and single
 * ones, as `a.b=c`.
 *
 * @throws {Error} when Helm refuses them.
 * @throws {Deno.errors.NotFound} when there is no Helm.
 */
export async function renderChart(
  files: readonly string[],
  values: readonly string[] = [],
): Promise<Manifest[]> {
  const chart = `${FOLDER}chart`;
  return parseManifests(
    await printedBy("helm", [
      ...["template", "gateway", chart, "--namespace=embed"],
      ...files.map((name) => `--values=${chart}/${name}`),
      ...values.map((value) => `--set=${value}`),
    ]),
  );
}

/** The objects of a text of several YAML documents; 1.1 as Kubernetes reads it, to which `on` is no string. */
function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS());
}

async function printedBy(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await outcomeOf(program, args);
  // A warning is a failure: today's is tomorrow's error.
  if (!success || stderr !== "") throw new Error(`${program} ${args[0]} failed: ${stderr.trim()}`);
  return stdout;
}

async function foldersOf(path: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(FOLDER + path));
  return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => `${path}/${name}`)
    .sort();
}
