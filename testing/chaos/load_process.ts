/** Starts the load generator and reads its figures. */
import { fileURLToPath } from "node:url";
import type { LoadReport } from "./load_main.ts";
import type { AttackReport } from "./load/attack_run.ts";
import type { AttackName } from "./load/attacks.ts";
import { formatPhase, type Phase } from "./load/phase.ts";

/** Whom to load, how. */
export interface LoadProcessOptions {
  /** Folder of photos with their embeddings. */
  readonly photos: string;
  readonly phases: readonly Phase[];
  readonly connectionsMax?: number;
  readonly timeoutMs?: number;
  /** On a connection, behind which its client opens another one; all of them unless given. */
  readonly repliesPerConnection?: number;
  readonly address?: string;
  /** The model that is asked for by name. */
  readonly model?: string;
  /** Whose processor time is told with each phase. */
  readonly pid?: number;
  /** Cores in taskset(1)'s form; all when absent. */
  readonly cpus?: string | undefined;
}

/** Runs the phases against a gateway. */
export async function runLoadProcess(
  url: string,
  options: LoadProcessOptions,
): Promise<LoadReport> {
  const { photos, phases, connectionsMax, timeoutMs, address, model, pid, cpus } = options;
  const optional = {
    connections: connectionsMax,
    replies: options.repliesPerConnection,
    "timeout-ms": timeoutMs,
    ...{ address, model, pid },
  };
  return await runProcess<LoadReport>("load_main.ts", cpus, [
    url,
    `--photos=${photos}`,
    ...phases.map((phase) => `--phase=${formatPhase(phase)}`),
    ...Object.entries(optional).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`]
    ),
  ]);
}

/** Runs a program of this folder that prints a line of JSON. */
async function runProcess<Report>(
  program: string,
  cpus: string | undefined,
  args: readonly string[],
): Promise<Report> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  // Without all permissions, Deno reads nothing in /proc.
  const command = [Deno.execPath(), "run", "-q", "-A", path, ...args];
  const [file = "", ...rest] = cpus === undefined ? command : ["taskset", "-c", cpus, ...command];
  const child = new Deno.Command(file, { args: rest, stdin: "null", stderr: "inherit" });
  const { code, stdout } = await child.output();
  if (code !== 0) throw new Error(`Cannot go on as ${program} ended with ${code}`);
  // JSON has no NaN.
  return JSON.parse(new TextDecoder().decode(stdout), (_, value) => value ?? NaN);
}

/** Slow clients, and from where. */
export interface AttackProcessOptions {
  readonly attack: AttackName;
  readonly connections: number;
  readonly seconds: number;
  readonly address: string;
  readonly cpus: string | undefined;
}

/** Attacks a gateway. */
export async function runAttackProcess(
  url: string,
  { cpus, ...options }: AttackProcessOptions,
): Promise<AttackReport> {
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return await runProcess<AttackReport>("attack_main.ts", cpus, [url, ...args]);
}
