/** Cycles of a directed graph. Knip finds those of imports too, but leaves type imports out. */

/** Nodes by name, each with the names it points to. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * One shortest cycle for each knot of nodes that reach each other.
 *
 * A cycle starts at the knot's first name in alphabetical order that lies on it, and does not repeat it at the end;
 * a node that points to itself is a cycle of one. Names that are no nodes are ignored.
 */
export function findCycles(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const start of [...graph.keys()].sort()) {
    if (done.has(start)) continue;
    const cycle = shortestCycle(graph, start);
    if (cycle === undefined) continue;
    cycles.push(cycle);
    const reached = reachable(graph, start);
    for (const name of reached) {
      if (reachable(graph, name).has(start)) done.add(name);
    }
  }
  return cycles;
}

/** Breadth first from `start` back to it. */
function shortestCycle(graph: Graph, start: string): string[] | undefined {
  const parents = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const next of graph.get(name) ?? []) {
      if (next === start) return pathTo(parents, name);
      if (!graph.has(next) || parents.has(next)) continue;
      parents.set(next, name);
      queue.push(next);
    }
  }
  return undefined;
}

function pathTo(parents: ReadonlyMap<string, string>, end: string): string[] {
  const path = [];
  for (let name: string | undefined = end; name !== undefined; name = parents.get(name)) {
    path.unshift(name);
  }
  return path;
}

function reachable(graph: Graph, start: string): Set<string> {
  const seen = new Set<string>([start]);
  for (const name of seen) {
    for (const next of graph.get(name) ?? []) {
      if (graph.has(next)) seen.add(next);
    }
  }
  return seen;
}
