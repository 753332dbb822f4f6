/** What Linux tells about processes and threads in /proc (proc(5)). */

/** A line of `/proc/PID/stat` or `/proc/PID/task/TID/stat`. */
export interface ProcStat {
  /** Process, or thread. */
  readonly id: number;
  readonly name: string;
  readonly parent: number;
  readonly userMs: number;
  readonly systemMs: number;
  readonly residentBytes: number;
}

/** Linux counts in hundredths of a second on every platform that Deno runs on. */
const TICK_MS = 10;
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
    userMs: field(14) * TICK_MS,
    systemMs: field(15) * TICK_MS,
    residentBytes: field(24) * PAGE_BYTES,
  };
}

/** A process and everything it started, itself first. */
export function processTree(root: number, all: readonly ProcStat[]): ProcStat[] {
  const own = all.filter(({ id }) => id === root);
  const children = all.filter(({ parent }) => parent === root);
  return [...own, ...children.flatMap(({ id }) => processTree(id, all))];
}
