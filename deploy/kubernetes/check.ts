/** Renders all that can be applied and holds it to Kubernetes' schemas, without a cluster. */
import { listTargets, renderTarget, type Target } from "./render.ts";
import { validateManifests } from "./validate.ts";

/** How many targets there were, failed, and were left out for want of a tool. */
export interface CheckCounts {
  readonly checks: number;
  readonly failed: number;
  readonly missing: number;
}

/** Checks the targets one after the other and prints what is wrong. */
export async function checkManifests(
  print: (text: string) => void,
  targets?: readonly Target[],
): Promise<CheckCounts> {
  const checked = targets ?? await listTargets();
  const counts = { checks: checked.length, failed: 0, missing: 0 };
  for (const target of checked) {
    const problems = await problemsOf(target);
    if (problems === undefined) {
      counts.missing++;
      print(
        `left out, as kubectl or PyPI's package kubernetes-validate is not installed: ${target.name}`,
      );
    } else if (problems.length > 0) {
      counts.failed++;
      print(`deploy/kubernetes: ${target.name} failed:\n${problems.join("\n")}`);
    }
  }
  return counts;
}

async function problemsOf(target: Target): Promise<string[] | undefined> {
  try {
    return await validateManifests(await renderTarget(target));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    return [error instanceof Error ? error.message : String(error)];
  }
}
