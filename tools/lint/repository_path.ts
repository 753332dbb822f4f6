/** Paths from the repository root, with forward slashes, as all rules name files. */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A path as Deno gives it to a rule: absolute, but as it is in tests of rules. */
export function repositoryPath(filename: string): string {
  return filename.startsWith(ROOT) ? filename.slice(ROOT.length) : filename;
}

/** The way back. */
export function absolutePath(path: string): string {
  return ROOT + path;
}
