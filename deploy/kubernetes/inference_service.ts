/** Holds KServe's objects to the fields that its own Python package knows; its schemas are in no registry. */
import { fileURLToPath } from "node:url";
import type { InferenceService } from "./manifest.ts";
import { outcomeOf, withFile } from "./outcome.ts";

const PROGRAM = fileURLToPath(new URL("./inference_service_fields.py", import.meta.url));
/** How the program ends where a package is missing. */
const MISSING = 3;

/**
 * What is wrong, a line each; nothing where all is well.
 *
 * @throws {Deno.errors.NotFound} when there is no Python, or the packages are not installed for it.
 */
export async function validateInferenceServices(
  services: readonly InferenceService[],
): Promise<string[]> {
  if (services.length === 0) return [];
  const { code, success, stdout, stderr } = await withFile(
    ".json",
    JSON.stringify(services),
    (path) => outcomeOf("python3", [PROGRAM, path]),
  );
  if (code === MISSING) throw new Deno.errors.NotFound(stderr.trim());
  if (!success) throw new Error(`inference_service_fields.py failed: ${stderr.trim()}`);
  return stdout.split("\n").filter((line) => line !== "");
}
