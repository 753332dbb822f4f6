/** Tasks of deno.json as a person types them. */
import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("../deno.json", import.meta.url));

/** A task as deno.json has it. */
export interface Task {
  /** What `deno task` prints above the command. */
  readonly description: string;
  readonly command: string;
}

/** The tasks by name, in the order in which `deno task` prints them. */
export const TASKS: Readonly<Record<string, Task>> =
  JSON.parse(await Deno.readTextFile(CONFIG)).tasks;

/** Where a task is typed, and in which environment. */
export interface TaskOptions {
  /** The project's root unless given. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a task ended. */
export interface TaskResult {
  readonly code: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a task to its end, with nothing on its standard input. */
export async function runTask(
  name: string,
  args: readonly string[],
  { cwd, env = {} }: TaskOptions = {},
): Promise<TaskResult> {
  // Deno leaves it as it is where it is set, and these tests may run in a task of their own.
  const { INIT_CWD: _, ...inherited } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", `--config=${CONFIG}`, name, ...args],
    ...cwd !== undefined && { cwd },
    clearEnv: true,
    env: { ...inherited, NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, bytes: stdout, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
