/** Holds the imports of the repository to `layers.ts`: a folder is a layer, and no file is exempt. */
import { runProgram } from "../command/program.ts";
import { findCycles } from "./cycles.ts";
import { type Edge, type ImportGraph, readImportGraph } from "./import_graph.ts";
import { type Layer, LAYERS } from "./layers.ts";
import { countNoun, type Problem, reportProblems, sortProblems } from "./problem.ts";
import { isTest, readSources } from "./source_tree.ts";

/**
 * Every import that the layers do not allow, and every circle, sorted by place. Tests import what they like, and
 * nothing imports them.
 */
export function checkLayers(graph: ImportGraph, layers: readonly Layer[]): Problem[] {
  return sortProblems([
    ...graph.files.filter((path) => layerOf(path, layers) === undefined && !isTest(path))
      .map((path) => ({ path, line: 1, text: "is in no layer: add it to tools/layers.ts" })),
    ...checkExistence(graph),
    ...graph.edges.flatMap((edge) => checkEdge(edge, layers)),
    ...checkCycles(graph),
  ]);
}

/** The row of the nearest folder above a path. */
export function layerOf(path: string, layers: readonly Layer[]): Layer | undefined {
  return layers.filter(({ folder }) => path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0];
}

function checkExistence({ files, edges }: ImportGraph): Problem[] {
  const known = new Set(files);
  return edges.filter(({ to }) => to.endsWith(".ts") && !known.has(to))
    .map((edge) => problemAt(edge, `refers to ${edge.to}, which does not exist`));
}

function checkEdge(edge: Edge, layers: readonly Layer[]): Problem[] {
  if (isTest(edge.to)) return [problemAt(edge, `imports ${edge.to}, which is a test`)];
  const from = layerOf(edge.from, layers);
  const to = layerOf(edge.to, layers);
  if (isTest(edge.from) || from === undefined || to === undefined || from === to) return [];
  const [house = ""] = to.folder.split("/");
  if (from.imports.includes(to.folder) || from.imports.includes(house)) return [];
  return [problemAt(edge, `imports ${edge.to}: ${from.folder}/ may not import ${to.folder}/`)];
}

function checkCycles({ files, edges }: ImportGraph): Problem[] {
  const graph = new Map(files.map((path): [string, string[]] => [path, []]));
  for (const edge of edges) graph.get(edge.from)?.push(edge.to);
  return findCycles(graph).map((cycle) => {
    const [from = "", to = from] = cycle;
    const line = edges.find((edge) => edge.from === from && edge.to === to)?.line ?? 1;
    return { path: from, line, text: `import cycle: ${[...cycle, from].join(" → ")}` };
  });
}

function problemAt({ from, line }: Edge, text: string): Problem {
  return { path: from, line, text };
}

const PROGRAM = {
  help: `Usage: deno task layers

Holds imports to tools/layers.ts. Prints a line a problem; exits 1 if there is any.`,
};

if (import.meta.main) {
  await runProgram(PROGRAM, async () => {
    const graph = await readImportGraph(".", await readSources("."));
    const [files, edges] = [graph.files.length, graph.edges.length];
    const lookedAt = `layers: ${countNoun(files, "file")}, ${countNoun(edges, "import")}`;
    reportProblems(lookedAt, checkLayers(graph, LAYERS));
  });
}
