import type { ModelManifest } from "../../models/contract/manifest.ts";
import type { Config } from "../config/config_fields.ts";

/**
 * How many isolates a configuration asks for: a core each where it says 0. A model with weights that runs in this
 * process is served by one: it takes all cores itself, and is not to be loaded twice.
 */
export function isolateCount(
  { isolates, engine }: Pick<Config, "isolates" | "engine">,
  { weights }: Pick<ModelManifest, "weights">,
): number {
  if (engine === "embedded" && weights !== undefined) return 1;
  return isolates || navigator.hardwareConcurrency;
}
