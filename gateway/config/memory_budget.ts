/** How much memory requests may hold where nobody says: a part of what the process may have. */
import type { Config } from "./config_fields.ts";

const MIB = 1024 * 1024;
/** The other half is for the heap, the model, its slots and the system. */
const SHARE = 1 / 2;
/** More would serve nobody: of images that take the most, one is decoded at a time for eight cores. */
const MOST = { process: 512 * MIB, core: 128 * MIB };
/** What is left of the smallest container: a camera's photo still passes. */
const LEAST = 96 * MIB;
/** One image may take so much of it, so that others pass beside it. */
const IMAGE_SHARE = 1 / 2;

/** Of control groups' second and first version, as a container sees its own. */
const CGROUP_FILES = [
  "/sys/fs/cgroup/memory.max",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes",
];

/** Where the bounds of a process are read. */
export interface MemorySource {
  /** @throws {Error} when the file is not there, or may not be read. */
  readonly readFile: (path: string) => string;
  readonly machineBytes: () => number;
  readonly cores: number;
}

/** Those of this process. */
export const SYSTEM_MEMORY: MemorySource = {
  readFile: Deno.readTextFileSync,
  machineBytes: () => Deno.systemMemoryInfo().total,
  cores: navigator.hardwareConcurrency,
};

/** The configuration with a budget that is not 0. */
export function withMemoryBudget(config: Config, source: MemorySource = SYSTEM_MEMORY): Config {
  if (config.memoryBytesMax > 0) return config;
  return { ...config, memoryBytesMax: Math.max(2 * config.bodyBytesMax, memoryBudget(source)) };
}

/** Bytes that decoding one image may hold. */
export function imageMemoryBytesMax({ memoryBytesMax }: Pick<Config, "memoryBytesMax">): number {
  return Math.floor(memoryBytesMax * IMAGE_SHARE);
}

/** Bytes that requests may hold, by the bounds of a process. */
export function memoryBudget(source: MemorySource): number {
  const most = MOST.process + MOST.core * source.cores;
  return Math.max(LEAST, Math.min(most, Math.floor(memoryLimit(source) * SHARE)));
}

/** Of the cgroup where one bounds it, else of the machine; nothing where neither may be read. */
function memoryLimit({ readFile, machineBytes }: MemorySource): number {
  const limits = [
    ...CGROUP_FILES.map((path) => () => Number(readFile(path))),
    machineBytes,
  ];
  return Math.min(...limits.map((limit) => {
    try {
      // "max" is none.
      return limit() || Infinity;
    } catch {
      return Infinity;
    }
  }));
}
