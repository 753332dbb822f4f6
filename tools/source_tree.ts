/** The repository's TypeScript files, and what kind each one is. */

/** A file as read: path from the repository root with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Folders whose code runs in a deployed gateway or makes what Triton serves. */
const PRODUCTION_FOLDERS: readonly string[] = [
  "command",
  "gateway",
  "models",
  "preprocess",
  "proto",
  "triton",
];

/** Folders of code that is not ours, or not TypeScript: AssemblyScript looks like it and has other types. */
const SKIPPED = ["node_modules", "assembly"];

/** Whether the file is production code: in a production folder and no test. */
export function isProduction(path: string): boolean {
  const folder = path.slice(0, path.indexOf("/"));
  return PRODUCTION_FOLDERS.includes(folder) && !isTest(path);
}

/** Whether `deno test` runs the file. */
export function isTest(path: string): boolean {
  return /(?:^|\/)(?:[^/]*_)?test\.tsx?$/.test(path);
}

/** Whether a program wrote the file, so that no rule about style applies. */
export function isGenerated(path: string): boolean {
  return path.startsWith("proto/gen/");
}

/**
 * Reads every TypeScript file under a folder, sorted by path. Leaves out `node_modules` and names with a leading
 * dot.
 *
 * @throws {Deno.errors.NotFound} when the folder does not exist.
 */
export async function readSources(root: string): Promise<SourceFile[]> {
  const paths: string[] = [];
  await collect(root, "", paths);
  paths.sort();
  return await Promise.all(paths.map(async (path) => ({
    path,
    text: await Deno.readTextFile(`${root}/${path}`),
  })));
}

async function collect(
  root: string,
  folder: string,
  paths: string[],
): Promise<void> {
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    if (entry.name.startsWith(".") || SKIPPED.includes(entry.name)) continue;
    const path = folder + entry.name;
    if (entry.isDirectory) await collect(root, `${path}/`, paths);
    else if (/\.tsx?$/.test(path)) paths.push(path);
  }
}
