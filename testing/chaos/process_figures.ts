/** What the kernel tells of a process (proc_pid_stat(5), proc_pid_status(5)). */

/** Of `utime` and `stime`; USER_HZ is 100 on every architecture that Deno runs on. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

/** Processor time that a process and its threads have used; NaN once it is gone. */
export function cpuSeconds(pid: number): number {
  const text = readProc(pid, "stat");
  // The name before may hold anything, a parenthesis included.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? NaN) + Number(fields[12] ?? NaN)) / TICKS_PER_SECOND;
}

/** Memory of a process that is resident, MiB; NaN once it is gone. */
export function residentMib(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readProc(pid, "status"))?.[1] ?? NaN) / KIB_PER_MIB;
}

function readProc(pid: number, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch {
    return "";
  }
}
