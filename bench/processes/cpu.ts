/** Processor time of the benchmark's processes, by role and thread. */
import { parseStat, processTree, type ProcStat } from "./proc_stat.ts";

/** Root processes by role, such as `gateway`; what they start counts with them. */
export type Roles = Readonly<Record<string, number>>;

/** What a role's processes used until some moment. */
export interface RoleSample {
  readonly userMs: number;
  readonly systemMs: number;
  readonly residentBytes: number;
  /** Nanosecond counts of the scheduler, in milliseconds, by thread. */
  readonly threads: readonly {
    readonly id: number;
    readonly name: string;
    readonly cpuMs: number;
  }[];
}

/** What a role's processes used between two moments. */
export interface RoleUsage {
  /** Of all threads together, by the scheduler's own clock. */
  readonly cpuMs: number;
  /** The same by kind, to 10 ms. */
  readonly userMs: number;
  readonly systemMs: number;
  /** At the end. */
  readonly residentMiB: number;
  /** Processor time by threads' names; those of one name are added up. */
  readonly threads: Readonly<Record<string, number>>;
}

/** A sample of every role. */
export type CpuSample = Readonly<Record<string, RoleSample>>;

const SCRIPT = 'cat /proc/[0-9]*/stat 2>/dev/null; echo; for p in "$@"; do ' +
  'for t in /proc/$p/task/*; do echo "$p $(cat $t/schedstat $t/stat 2>/dev/null | tr "\\n" " ")"; done; done';

/** Reads the counters now; Deno reads /proc itself only with all permissions, so a shell does. */
export async function sampleCpu(roles: Roles): Promise<CpuSample> {
  const all = await readAll([]);
  const trees = Object.entries(roles).map(([role, pid]) =>
    [role, processTree(pid, all.stats)] as const
  );
  const pids = trees.flatMap(([, tree]) => tree.map(({ id }) => id));
  const { threads } = await readAll(pids);
  return Object.fromEntries(trees.map(([role, tree]) => [role, roleSample(tree, threads)]));
}

/** Process id of a child by its name, where somebody else started it. */
export async function childOf(parent: number, name: string): Promise<number | undefined> {
  const { stats } = await readAll([]);
  // The newest, should there be several.
  return stats.filter((stat) => stat.parent === parent && stat.name === name)
    .sort((a, b) => b.id - a.id)[0]?.id;
}

/** The difference of two samples. */
export function cpuBetween(before: CpuSample, after: CpuSample): Record<string, RoleUsage> {
  return Object.fromEntries(
    Object.entries(after).map(([role, end]) => [role, usage(before[role], end)]),
  );
}

function usage(before: RoleSample | undefined, after: RoleSample): RoleUsage {
  const earlier = new Map(before?.threads.map(({ id, cpuMs }) => [id, cpuMs]));
  const threads: Record<string, number> = {};
  let cpuMs = 0;
  for (const thread of after.threads) {
    const spent = thread.cpuMs - (earlier.get(thread.id) ?? 0);
    threads[thread.name] = (threads[thread.name] ?? 0) + spent;
    cpuMs += spent;
  }
  return {
    cpuMs,
    userMs: after.userMs - (before?.userMs ?? 0),
    systemMs: after.systemMs - (before?.systemMs ?? 0),
    residentMiB: after.residentBytes / 2 ** 20,
    threads,
  };
}

interface ThreadTime {
  readonly pid: number;
  readonly id: number;
  readonly name: string;
  readonly cpuMs: number;
}

function roleSample(tree: readonly ProcStat[], threads: readonly ThreadTime[]): RoleSample {
  const sum = (figure: (stat: ProcStat) => number) =>
    tree.reduce((total, stat) => total + figure(stat), 0);
  const pids = new Set(tree.map(({ id }) => id));
  return {
    userMs: sum(({ userMs }) => userMs),
    systemMs: sum(({ systemMs }) => systemMs),
    residentBytes: sum(({ residentBytes }) => residentBytes),
    threads: threads.filter(({ pid }) => pids.has(pid)),
  };
}

async function readAll(
  pids: readonly number[],
): Promise<{ readonly stats: ProcStat[]; readonly threads: ThreadTime[] }> {
  const args = ["-c", SCRIPT, "sh", ...pids.map(String)];
  const { stdout } = await new Deno.Command("sh", { args, stderr: "null" }).output();
  const [stats = "", threads = ""] = new TextDecoder().decode(stdout).split("\n\n");
  return {
    stats: stats.split("\n").filter((line) => line !== "").map(parseStat),
    threads: threads.split("\n").flatMap(parseThread),
  };
}

/** `PID CPU-NS WAIT-NS SLICES STAT…`; a thread that ended in between leaves the process id alone. */
export function parseThread(line: string): ThreadTime[] {
  const match = /^(\d+) (\d+) \d+ \d+ (.+)$/.exec(line.trim());
  if (match === null) return [];
  const [, pid, nanoseconds, stat = ""] = match;
  const { id, name } = parseStat(stat);
  const isMain = id === Number(pid);
  return [{ pid: Number(pid), id, name: isMain ? "main" : name, cpuMs: Number(nanoseconds) / 1e6 }];
}
