/** Renders all that can be applied and holds it to Kubernetes' schemas, without a cluster. */
import type { Manifest } from "./manifest.ts";
import { listTargets, renderChart, renderTarget } from "./render.ts";
import { validateManifests } from "./validate.ts";

/** Values of the chart, as they go over each other. That it makes what kustomize does is tested. */
const CHART_VALUES: readonly (readonly string[])[] = [
  ["values-kind.yaml"],
  ["values-gpu.yaml"],
  ["values-gpu.yaml", "values-trt.yaml"],
  ["values-gpu.yaml", "values-ha.yaml"],
];

/** Something that can be applied. */
export interface Rendering {
  readonly name: string;
  readonly render: () => Promise<Manifest[]>;
}

/** How many there were, failed, and were left out for want of a tool. */
export interface CheckCounts {
  readonly checks: number;
  readonly failed: number;
  readonly missing: number;
}

/** Checks all, or those that are given, one after the other and prints what is wrong. */
export async function checkManifests(
  print: (text: string) => void,
  renderings?: readonly Rendering[],
): Promise<CheckCounts> {
  const checked = renderings ?? await listRenderings();
  const counts = { checks: checked.length, failed: 0, missing: 0 };
  for (const { name, render } of checked) {
    const problems = await problemsOf(render);
    if (problems === undefined) {
      counts.missing++;
      print(
        `left out, as kubectl, Helm, kubernetes-validate or KServe's models are not there: ${name}`,
      );
    } else if (problems.length > 0) {
      counts.failed++;
      print(`deploy/kubernetes: ${name} failed:\n${problems.join("\n")}`);
    }
  }
  return counts;
}

/** Every overlay, every component, and the chart with each set of values. */
export async function listRenderings(): Promise<Rendering[]> {
  const targets = await listTargets();
  return [
    ...targets.map((target) => ({ name: target.name, render: () => renderTarget(target) })),
    ...CHART_VALUES.map((files) => ({
      name: `chart with ${files.join(", ")}`,
      render: () => renderChart(files),
    })),
  ];
}

/** Nothing where a program is missing. */
async function problemsOf(render: Rendering["render"]): Promise<string[] | undefined> {
  try {
    return await validateManifests(await render());
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    return [error instanceof Error ? error.message : String(error)];
  }
}
