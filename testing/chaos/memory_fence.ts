/** A process that may have so much memory and no more: a cgroup where this machine lets us make one. */
import { residentMib } from "./process_figures.ts";

/** Puts a process inside; disposing removes it. */
export interface MemoryFence extends AsyncDisposable {
  /** Shell commands that the process runs before it becomes another program. */
  readonly setup: string;
  /** What it is, for the table. */
  readonly about: string;
  /** Looks after a process that has begun. */
  guard(pid: number): void;
}

/** Where the kernel keeps memory groups, and how their limit is called. */
const GROUPS = [
  { folder: "/sys/fs/cgroup", limit: "memory.max", name: "cgroup v2" },
  { folder: "/sys/fs/cgroup/memory", limit: "memory.limit_in_bytes", name: "cgroup v1" },
];
const MIB = 1024 * 1024;
const REMOVE_TRIES = 50;
const WATCH_MS = 20;

/** Makes one. */
export async function createMemoryFence(mib: number): Promise<MemoryFence> {
  const name = `triton-edge-gateway-chaos-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  for (const group of GROUPS) {
    const folder = `${group.folder}/${name}`;
    if (!await makeGroup(folder, group.limit, mib)) continue;
    return {
      setup: `echo $$ >'${folder}/cgroup.procs'; `,
      about: `${mib} MiB by ${group.name}`,
      guard: () => {},
      [Symbol.asyncDispose]: () => removeGroup(folder),
    };
  }
  return killingFence(mib);
}

/** Whether a group of that limit came about: where nobody mounts groups, a folder is a folder. */
async function makeGroup(folder: string, limit: string, mib: number): Promise<boolean> {
  try {
    await Deno.mkdir(folder);
    await Deno.stat(`${folder}/cgroup.procs`);
    await Deno.writeTextFile(`${folder}/${limit}`, String(mib * MIB), { create: false });
    return true;
  } catch {
    await Deno.remove(folder).catch(() => {});
    return false;
  }
}

/** A group is busy until the kernel has buried the last of its processes. */
async function removeGroup(folder: string): Promise<void> {
  for (let left = REMOVE_TRIES; left > 0; left--) {
    const isGone = await Deno.remove(folder).then(() => true, () => false);
    if (isGone) return;
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  }
}

/** The stand-in: looks at the process and kills it, as the kernel would. */
function killingFence(mib: number): MemoryFence {
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    setup: "",
    about: `${mib} MiB by looking every ${WATCH_MS} ms and killing`,
    guard: (pid) => {
      timer = setInterval(() => {
        if (residentMib(pid) > mib) Deno.kill(pid, "SIGKILL");
      }, WATCH_MS);
    },
    // deno-lint-ignore require-await -- the interface is one of promises
    [Symbol.asyncDispose]: async () => clearInterval(timer),
  };
}
