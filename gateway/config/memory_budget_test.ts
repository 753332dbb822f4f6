import assert from "node:assert/strict";
import { parseConfig } from "./config.ts";
import { memoryBudget, type MemorySource, withMemoryBudget } from "./memory_budget.ts";

const MIB = 1024 * 1024;
const V2 = "/sys/fs/cgroup/memory.max";
const V1 = "/sys/fs/cgroup/memory/memory.limit_in_bytes";

/** A machine of 2 cores with a cgroup's files. */
function machine(bytes: number, files: Readonly<Record<string, string>> = {}): MemorySource {
  return {
    cores: 2,
    machineBytes: () => bytes,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Deno.errors.NotFound(path);
      return text;
    },
  };
}

Deno.test("memoryBudget() is half of the cgroup's limit, in either version", () => {
  assert.equal(memoryBudget(machine(64_000 * MIB, { [V2]: `${1500 * MIB}\n` })), 750 * MIB);
  assert.equal(memoryBudget(machine(64_000 * MIB, { [V1]: `${1000 * MIB}\n` })), 500 * MIB);
});

Deno.test("memoryBudget() is half of the machine's memory where no cgroup bounds the process", () => {
  const unbounded = { [V2]: "max\n", [V1]: "9223372036854771712\n" };
  assert.equal(memoryBudget(machine(1200 * MIB, unbounded)), 600 * MIB);
  assert.equal(memoryBudget(machine(1200 * MIB)), 600 * MIB);
});

Deno.test("memoryBudget() stays within bounds, and needs nothing that may not be read", () => {
  assert.equal(memoryBudget(machine(64_000 * MIB)), 768 * MIB);
  assert.equal(memoryBudget(machine(100 * MIB)), 96 * MIB);
  const denied = () => {
    throw new Deno.errors.NotCapable("no");
  };
  const budget = memoryBudget({ cores: 2, machineBytes: denied, readFile: denied });
  assert.equal(budget, 768 * MIB);
});

Deno.test("withMemoryBudget() keeps what is set, and chooses what relations allow", () => {
  const { config } = parseConfig({ GATEWAY_MEMORY_BYTES_MAX: String(200 * MIB) });
  assert.equal(withMemoryBudget(config, machine(64_000 * MIB)).memoryBytesMax, 200 * MIB);
  const chosen = withMemoryBudget(parseConfig({}).config, machine(64_000 * MIB));
  assert.equal(chosen.memoryBytesMax, 768 * MIB);
  const large = parseConfig({ GATEWAY_BODY_BYTES_MAX: String(100 * MIB) }).config;
  assert.equal(withMemoryBudget(large, machine(100 * MIB)).memoryBytesMax, 200 * MIB);
});
