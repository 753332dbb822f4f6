import assert from "node:assert/strict";
import { findCycles } from "./cycles.ts";

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges));

Deno.test("findCycles() finds none in a diamond", () => {
  const diamond = graph({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] });
  assert.deepEqual(findCycles(diamond), []);
});

Deno.test("findCycles() gives the path of a cycle once", () => {
  const knot = graph({ a: ["b"], b: ["c"], c: ["a"], d: ["a"] });
  assert.deepEqual(findCycles(knot), [["a", "b", "c"]]);
});

Deno.test("findCycles() gives the shortest cycle of a knot", () => {
  const knot = graph({ a: ["b"], b: ["c", "a"], c: ["a"] });
  assert.deepEqual(findCycles(knot), [["a", "b"]]);
});

Deno.test("findCycles() finds separate knots, and a node that points to itself", () => {
  const two = graph({ a: ["b"], b: ["a"], c: ["c"], d: ["e"], e: ["d"] });
  assert.deepEqual(findCycles(two), [["a", "b"], ["c"], ["d", "e"]]);
});

Deno.test("findCycles() ignores names that are no nodes", () => {
  assert.deepEqual(findCycles(graph({ a: ["outside"] })), []);
});
