/** Which file refers to which. */
import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import type { SourceFile } from "./source_tree.ts";

/** An import of one file by another, types included. `to` is a repository path, whether or not it exists. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** All files and their imports. */
export interface ImportGraph {
  readonly files: readonly string[];
  readonly edges: readonly Edge[];
}

/** What is read of the output of `deno info --json`. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly Dependency[];
}
interface Dependency {
  readonly code?: Target;
  readonly type?: Target;
}
interface Target {
  readonly specifier?: string;
  readonly span: { readonly start: { readonly line: number } };
}

/**
 * The imports of files that lie under `root`, as Deno itself resolves them. What Deno does not see is added from the
 * text: `new URL("…", import.meta.url)`, by which workers start, and `import.meta.resolve()`.
 *
 * @throws {Error} in Deno's words when it cannot read the files.
 */
export async function readImportGraph(
  root: string,
  files: readonly SourceFile[],
): Promise<ImportGraph> {
  const base = `${pathToFileURL(await Deno.realPath(root)).href}/`;
  const paths = files.map(({ path }) => path);
  const edges = (await modulesOf(root, paths.map((path) => base + path)))
    .filter(({ specifier }) => paths.includes(specifier.slice(base.length)))
    .flatMap(({ specifier, dependencies = [] }) =>
      dependencies.flatMap(({ code, type }): Edge[] => {
        const target = code ?? type;
        if (!target?.specifier?.startsWith(base)) return [];
        return [{
          from: specifier.slice(base.length),
          to: target.specifier.slice(base.length),
          line: target.span.start.line + 1,
        }];
      })
    );
  return { files: paths, edges: [...edges, ...files.flatMap(urlsIn)] };
}

/** `deno info` takes one module: here one that imports them all. Packages, some not in `deno.lock`, are left alone. */
async function modulesOf(root: string, urls: readonly string[]): Promise<Module[]> {
  const list = await Deno.makeTempFile({ prefix: "import_graph_", suffix: ".ts" });
  try {
    await Deno.writeTextFile(list, urls.map((url) => `import "${url}";\n`).join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-npm", list],
      cwd: root,
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (!success) throw new Error(`Cannot read imports: ${text(stderr)}`);
    return JSON.parse(text(stdout)).modules;
  } finally {
    await Deno.remove(list);
  }
}

const MODULE_URL =
  /\bnew URL\(\s*"(\.\.?\/[^"]+)",\s*import\.meta\.url|\bimport\.meta\.resolve\("(\.\.?\/[^"]+)"/g;

function urlsIn({ path, text }: SourceFile): Edge[] {
  return [...text.matchAll(MODULE_URL)].map(({ 1: url, 2: resolved = "", index }) => ({
    from: path,
    to: posix.join(posix.dirname(path), url ?? resolved),
    line: text.slice(0, index).split("\n").length,
  }));
}
