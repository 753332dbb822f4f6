import assert from "node:assert/strict";
import { parseStat, processTree } from "./proc_stat.ts";

const line = (id: number, name: string, parent: number) =>
  `${id} (${name}) S ${parent} 1 1 0 -1 4194560 1 0 0 0 150 25 7 7 20 0 9 0 5 1000000 300 18446744073709551615`;

Deno.test("parseStat() reads times, memory and names with parentheses", () => {
  assert.deepEqual(parseStat(line(42, "a (b) c", 7)), {
    id: 42,
    name: "a (b) c",
    parent: 7,
    userMs: 1500,
    systemMs: 250,
    residentBytes: 300 * 4096,
  });
});

Deno.test("processTree() holds a process, its children and theirs", () => {
  const all = [[1, 0], [2, 1], [3, 2], [4, 1], [5, 9]]
    .map(([id, parent]) => parseStat(line(id as number, "x", parent as number)));
  assert.deepEqual(processTree(1, all).map(({ id }) => id), [1, 2, 3, 4]);
  assert.deepEqual(processTree(77, all), []);
});
