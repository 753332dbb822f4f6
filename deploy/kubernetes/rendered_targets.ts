/** Every target as kustomize merges it, for tests; none where there is no kubectl. */
import { listTargets, renderTarget, type Target } from "./render.ts";
import type { Manifest } from "./manifest.ts";
import { outcomeOf } from "./outcome.ts";

/** Whether kubectl, which has kustomize, is on this machine. */
export const hasKubectl: boolean = await isInstalled("kubectl", ["version", "--client"]);

/** A target with its objects. */
export interface RenderedTarget {
  readonly target: Target;
  readonly manifests: readonly Manifest[];
}

/** All of them, one after the other. */
export const renderedTargets: readonly RenderedTarget[] = hasKubectl ? await renderAll() : [];

/** Whether a program can be started on this machine. */
export async function isInstalled(program: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await outcomeOf(program, args)).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function renderAll(): Promise<RenderedTarget[]> {
  const rendered: RenderedTarget[] = [];
  for (const target of await listTargets()) {
    rendered.push({ target, manifests: await renderTarget(target) });
  }
  return rendered;
}
