/** The repository's files, and what kind each one is. */

/** A file as read: path from the repository root with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Folders whose code runs in a deployed gateway or makes what Triton serves. */
const PRODUCTION_FOLDERS = [
  "bulk",
  "command",
  "client",
  "files",
  "gateway",
  "models",
  "photos",
  "preprocess",
  "proto",
  "tokenize",
]
  .concat(["triton"]);

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
 * Reads every file of a kind under a folder, sorted by path. Leaves out `node_modules`, AssemblyScript and names with
 * a leading dot.
 *
 * @throws {Deno.errors.NotFound} when the folder does not exist.
 */
export async function readSources(root: string, extension = ".ts"): Promise<SourceFile[]> {
  const paths: string[] = [];
  const collect = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(`${root}/${folder}`)) {
      if (name.startsWith(".") || SKIPPED.includes(name)) continue;
      if (isDirectory) await collect(`${folder}${name}/`);
      else if (name.endsWith(extension)) paths.push(folder + name);
    }
  };
  await collect("");
  return await Promise.all(
    paths.sort().map(async (path) => ({ path, text: await Deno.readTextFile(`${root}/${path}`) })),
  );
}
