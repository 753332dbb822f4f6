/** A program of the project in a process of its own, which may be killed. */

const ROOT = new URL("../", import.meta.url);
const FLAGS = ["-q", "--no-prompt", "--unstable-no-legacy-abort", "--unstable-net"];
const MEMORY_EVERY_MS = 100;
const KIB_MIB = 1024;

/** What is run. */
export interface ProgramRun {
  /** From the project's root, and its permission set in deno.json. */
  readonly program: string;
  readonly set: string;
  readonly args: readonly string[];
  /** Deno's, beside those of every program. */
  readonly flags?: readonly string[];
  /** What it may write. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed, if it still runs. */
  readonly killAfterMs?: number;
  /** Told when it was started, and given what kills it. */
  readonly onStart?: (kill: () => void) => void;
}

/** How it ended. */
export interface ProgramResult {
  readonly isKilled: boolean;
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
  /** Largest resident set that was seen, in MiB; 0 where the system has no /proc. */
  readonly peakMib: number;
}

/** Runs it to its end, or until it is killed. */
export async function runKillable(
  { program, set, args, flags = [], folder, env = {}, killAfterMs, onStart }: ProgramRun,
): Promise<ProgramResult> {
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...[
        "run",
        ...FLAGS,
        ...flags,
        `-P=${set}`,
        "--allow-read",
        `--allow-write=${folder}`,
        program,
      ],
      ...args,
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1", ORT_DISABLE_TELEMETRY: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let [isKilled, hasEnded, peakMib] = [false, false, 0];
  const watching = setInterval(() => {
    peakMib = Math.max(peakMib, residentMib(child.pid));
  }, MEMORY_EVERY_MS);
  const kill = () => {
    if (hasEnded) return;
    isKilled = true;
    child.kill("SIGKILL");
  };
  child.status.then(() => hasEnded = true);
  onStart?.(kill);
  const killing = killAfterMs === undefined ? undefined : setTimeout(kill, killAfterMs);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(killing);
  clearInterval(watching);
  const decoder = new TextDecoder();
  return {
    ...{ isKilled, code, peakMib, seconds: (performance.now() - started) / 1000 },
    ...{ out: decoder.decode(stdout), err: decoder.decode(stderr) },
  };
}

/** The most that a process has held so far (proc_pid_status(5)). */
function residentMib(pid: number): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
    return Number(kib ?? 0) / KIB_MIB;
  } catch {
    return 0;
  }
}
