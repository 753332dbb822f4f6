// deno-lint-ignore-file no-console
/**
 * Holds the imports of the repository to `layers.ts`: layers, forbidden imports, names kept to one place, cycles.
 *
 * `deno task layers [ROOT]` prints a line a problem and exits 1 if there is any.
 */
import { findCycles } from "./cycles.ts";
import { type ForbiddenImport, LAYER_TABLE, type LayerTable } from "./layers.ts";
import { matchesAny, matchesPattern } from "./path_pattern.ts";
import { countNoun, formatProblem, type Problem, sortProblems } from "./problem.ts";
import { type Edge, readReferences, type References } from "./references.ts";
import { isProduction, readSources } from "./source_tree.ts";

/** Everything in the references that the table does not allow, sorted by place. */
export function checkLayers(
  references: References,
  table: LayerTable,
): Problem[] {
  const known = new Set(references.files);
  const problems = references.edges.flatMap((edge) => [
    ...checkExistence(edge, known),
    ...checkForbidden(edge, table.forbidden),
    ...checkDirection(edge, table),
  ]);
  return sortProblems([
    ...checkMembership(references.files, table),
    ...problems,
    ...checkSinglePlaces(references, table),
    ...checkCycles(references),
  ]);
}

/** Layer of a file, or nothing when the table has no row for it. */
export function layerOf(path: string, table: LayerTable): number | undefined {
  return table.rows.find((row) => matchesPattern(path, row.pattern))?.layer;
}

function checkMembership(
  files: readonly string[],
  table: LayerTable,
): Problem[] {
  return files.filter((path) => layerOf(path, table) === undefined)
    .map((path) => ({
      path,
      line: 1,
      text: "is in no layer: add it to tools/layers.ts",
    }));
}

function checkExistence(edge: Edge, known: ReadonlySet<string>): Problem[] {
  if (!/\.tsx?$/.test(edge.to) || known.has(edge.to)) return [];
  return [problemAt(edge, `refers to ${edge.to}, which does not exist`)];
}

function checkForbidden(
  edge: Edge,
  rules: readonly ForbiddenImport[],
): Problem[] {
  if (!isProduction(edge.from)) return [];
  return rules.filter((rule) => appliesTo(rule, edge))
    .filter((rule) => !(rule.typesAllowed && edge.typeOnly))
    .map((rule) => problemAt(edge, `imports ${edge.to}: ${rule.reason}`));
}

function appliesTo(rule: ForbiddenImport, edge: Edge): boolean {
  return matchesAny(edge.from, rule.from) && matchesAny(edge.to, rule.to) &&
    !matchesAny(edge.from, rule.except ?? []);
}

function checkDirection(edge: Edge, table: LayerTable): Problem[] {
  const from = layerOf(edge.from, table);
  const to = layerOf(edge.to, table);
  if (from === undefined || to === undefined || to <= from) return [];
  // A forbidden import is reported once, and a rule that allows types allows them upwards.
  if (table.forbidden.some((rule) => appliesTo(rule, edge))) return [];
  return [problemAt(edge, `imports ${edge.to}: from L${from} up to L${to}`)];
}

function checkSinglePlaces(
  references: References,
  table: LayerTable,
): Problem[] {
  const uses = [...references.packages, ...references.globals]
    .filter((use) => isProduction(use.from));
  return uses.flatMap((use) =>
    table.singlePlaces
      .filter((rule) => rule.names.includes(use.name))
      .filter((rule) => !matchesAny(use.from, rule.places))
      .map((rule) => problemAt(use, `uses ${use.name}: only ${rule.places.join(", ")} may`))
  );
}

function checkCycles(references: References): Problem[] {
  const edges = references.edges.filter((edge) => !edge.typeOnly);
  const graph = new Map<string, string[]>();
  for (const path of references.files) graph.set(path, []);
  for (const edge of edges) graph.get(edge.from)?.push(edge.to);
  return findCycles(graph).map((cycle) => {
    const [from = "", to = from] = cycle;
    const first = edges.find((edge) => edge.from === from && edge.to === to);
    return {
      path: from,
      line: first?.line ?? 1,
      text: `import cycle: ${[...cycle, from].join(" → ")}`,
    };
  });
}

function problemAt(
  place: { readonly from: string; readonly line: number },
  text: string,
): Problem {
  return { path: place.from, line: place.line, text };
}

async function main(root: string): Promise<number> {
  const references = readReferences(await readSources(root));
  const problems = checkLayers(references, LAYER_TABLE);
  for (const problem of problems) console.log(formatProblem(problem));
  const { files, edges } = references;
  console.log(
    `layers: ${countNoun(files.length, "file")}, ` +
      `${countNoun(edges.length, "import")}, ` +
      countNoun(problems.length, "problem"),
  );
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args[0] ?? ".");
