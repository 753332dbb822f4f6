/** The load generator as the benchmark uses it: a process of its own. */
import { CommandChild, denoCommand } from "../processes/child.ts";
import { cpuBetween, type Roles, type RoleUsage, sampleCpu } from "../processes/cpu.ts";
import type { LoadCommands, LoadResult } from "./job.ts";

/** A load, and what processes used meanwhile. */
export interface MeasuredLoad {
  readonly figures: LoadResult;
  readonly usage: Readonly<Record<string, RoleUsage>>;
}

/** Shared memory, by which a bare call of Triton goes, is opened through libc. */
const PERMISSIONS = ["--allow-net", "--allow-read=.,/dev/shm", "--allow-env", "--allow-ffi"];

/** A running generator. */
export class GeneratorProcess extends CommandChild<LoadCommands> {
  constructor() {
    super(denoCommand("bench/load/main.ts", ...PERMISSIONS));
  }

  /** Runs what was prepared, with the processor time and memory of some processes. */
  async runMeasured(roles: Roles): Promise<MeasuredLoad> {
    const before = await sampleCpu(roles);
    const figures = await this.call("run");
    return { figures, usage: cpuBetween(before, await sampleCpu(roles)) };
  }
}
