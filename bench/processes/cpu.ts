/** Processor time of the benchmark's processes, by role and thread. */

/** Root processes by role, such as `gateway`; what they start counts with them. */
export type Roles = Readonly<Record<string, number>>;

/** What a role's processes used until some moment. */
interface RoleSample {
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
  return { cpuMs, residentMiB: after.residentBytes / 2 ** 20, threads };
}

interface ThreadTime {
  readonly pid: number;
  readonly id: number;
  readonly name: string;
  readonly cpuMs: number;
}

function roleSample(tree: readonly ProcStat[], threads: readonly ThreadTime[]): RoleSample {
  const pids = new Set(tree.map(({ id }) => id));
  return {
    residentBytes: tree.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
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

/** A line of `/proc/PID/stat` or `/proc/PID/task/TID/stat`. */
interface ProcStat {
  /** Process, or thread. */
  readonly id: number;
  readonly name: string;
  readonly parent: number;
  readonly residentBytes: number;
}

const PAGE_BYTES = 4096;

/** Parses one line; the name is in parentheses and may itself hold spaces and parentheses. */
export function parseStat(line: string): ProcStat {
  const nameEnd = line.lastIndexOf(")");
  const fields = line.slice(nameEnd + 2).split(" ");
  // Field 3 of proc(5) is the first one behind the name.
  const field = (number: number) => Number(fields[number - 3]);
  return {
    id: Number(line.slice(0, line.indexOf(" "))),
    name: line.slice(line.indexOf("(") + 1, nameEnd),
    parent: field(4),
    residentBytes: field(24) * PAGE_BYTES,
  };
}

/** A process and everything it started, itself first. */
export function processTree(root: number, all: readonly ProcStat[]): ProcStat[] {
  const own = all.filter(({ id }) => id === root);
  const children = all.filter(({ parent }) => parent === root);
  return [...own, ...children.flatMap(({ id }) => processTree(id, all))];
}
