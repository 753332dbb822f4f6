import type { ModelManifest } from "../../models/contract/manifest.ts";
import type { Config } from "../config/config_fields.ts";

/** What the default shared memory of a GPU host has room for, and more than one GPU needs. */
const AUTOMATIC_MAX = 16;

/**
 * How many isolates a configuration asks for: a core each where it says 0. One alone serves models of which one
 * has weights and runs in this process, since it takes all cores itself and is not to be loaded twice, and on systems other than Linux,
 * which give one of several listeners on a port all connections.
 */
export function isolateCount(
  { isolates, engine }: Pick<Config, "isolates" | "engine">,
  manifests: readonly Pick<ModelManifest, "weights">[],
  os: typeof Deno.build.os = Deno.build.os,
): number {
  if (os !== "linux") return 1;
  if (engine === "embedded" && manifests.some(({ weights }) => weights !== undefined)) return 1;
  return isolates || Math.min(navigator.hardwareConcurrency, AUTOMATIC_MAX);
}
