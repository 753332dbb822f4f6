import assert from "node:assert/strict";
import { testLinux } from "../../testing/platform_tests.ts";
import {
  cpuBetween,
  type CpuSample,
  parseStat,
  parseThread,
  processTree,
  sampleCpu,
} from "./cpu.ts";

Deno.test("cpuBetween() adds up threads of one name and counts new ones in full", () => {
  const sample = (cpus: readonly [number, string, number][]): CpuSample => ({
    gateway: {
      residentBytes: 2 ** 20 * 50,
      threads: cpus.map(([id, name, cpuMs]) => ({ id, name, cpuMs })),
    },
  });
  const before = sample([[1, "main", 50], [2, "worker", 40]]);
  const after = sample([[1, "main", 60], [2, "worker", 45], [3, "worker", 7]]);
  assert.deepEqual(cpuBetween(before, after), {
    gateway: { cpuMs: 22, residentMiB: 50, threads: { main: 10, worker: 12 } },
  });
});

Deno.test("parseThread() calls the first thread main, and skips threads that ended", () => {
  const stat = "7 (deno) S 1 1 1 0 -1 0 1 0 0 0 1 1 0 0 20 0 9 0 5 1 3 4";
  assert.deepEqual(parseThread(`7 2500000 3 4 ${stat} `), [
    { pid: 7, id: 7, name: "main", cpuMs: 2.5 },
  ]);
  assert.equal(parseThread(`8 2500000 3 4 ${stat}`)[0]?.name, "deno");
  assert.deepEqual(parseThread("7 "), []);
});

testLinux("sampleCpu() sees this process", async () => {
  const before = await sampleCpu({ self: Deno.pid });
  let sum = 0;
  for (let turn = 0; turn < 3e7; turn++) sum += Math.sqrt(turn);
  assert.ok(sum > 0);
  const { self } = cpuBetween(before, await sampleCpu({ self: Deno.pid }));
  assert.ok((self?.cpuMs ?? 0) > 5, `${self?.cpuMs} ms`);
  assert.ok((self?.residentMiB ?? 0) > 10);
});

const line = (id: number, name: string, parent: number) =>
  `${id} (${name}) S ${parent} 1 1 0 -1 4194560 1 0 0 0 150 25 7 7 20 0 9 0 5 1000000 300 18446744073709551615`;

Deno.test("parseStat() reads times, memory and names with parentheses", () => {
  assert.deepEqual(parseStat(line(42, "a (b) c", 7)), {
    id: 42,
    name: "a (b) c",
    parent: 7,
    residentBytes: 300 * 4096,
  });
});

Deno.test("processTree() holds a process, its children and theirs", () => {
  const all = [[1, 0], [2, 1], [3, 2], [4, 1], [5, 9]]
    .map(([id, parent]) => parseStat(line(id as number, "x", parent as number)));
  assert.deepEqual(processTree(1, all).map(({ id }) => id), [1, 2, 3, 4]);
  assert.deepEqual(processTree(77, all), []);
});
