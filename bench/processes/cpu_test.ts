import assert from "node:assert/strict";
import { cpuBetween, type CpuSample, parseThread, sampleCpu } from "./cpu.ts";

Deno.test("cpuBetween() adds up threads of one name and counts new ones in full", () => {
  const sample = (userMs: number, cpus: readonly [number, string, number][]): CpuSample => ({
    gateway: {
      userMs,
      systemMs: 10,
      residentBytes: 2 ** 20 * 50,
      threads: cpus.map(([id, name, cpuMs]) => ({ id, name, cpuMs })),
    },
  });
  const before = sample(100, [[1, "main", 50], [2, "worker", 40]]);
  const after = sample(130, [[1, "main", 60], [2, "worker", 45], [3, "worker", 7]]);
  assert.deepEqual(cpuBetween(before, after), {
    gateway: {
      cpuMs: 22,
      userMs: 30,
      systemMs: 0,
      residentMiB: 50,
      threads: { main: 10, worker: 12 },
    },
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

Deno.test({
  name: "sampleCpu() sees this process",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const before = await sampleCpu({ self: Deno.pid });
    let sum = 0;
    for (let turn = 0; turn < 3e7; turn++) sum += Math.sqrt(turn);
    assert.ok(sum > 0);
    const { self } = cpuBetween(before, await sampleCpu({ self: Deno.pid }));
    assert.ok((self?.cpuMs ?? 0) > 5, `${self?.cpuMs} ms`);
    assert.ok((self?.residentMiB ?? 0) > 10);
  },
});
