/** Runs a program to its end. */

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program gets. */
export interface RunOptions {
  /** On its standard input; nothing unless given. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** Runs a program, and tells how it ended. */
export async function ended(command: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [program = "", ...args] = command;
  const { stdin, env = {}, cwd, signal } = options;
  const child = new Deno.Command(program, {
    args,
    env,
    ...cwd !== undefined && { cwd },
    ...signal && { signal },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  if (stdin !== undefined) {
    const writer = child.stdin.getWriter();
    // One that ends without reading all of it says why by its exit code.
    await writer.write(new TextEncoder().encode(stdin)).then(() => writer.close()).catch(() => {});
  }
  const { code, stdout, stderr } = await output;
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/**
 * Runs a program; what it wrote to its standard output.
 *
 * @throws {Error} with the end of what it complained when it fails.
 */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await ended(command, options);
  if (code === 0) return stdout;
  const complaint = `${stdout}\n${stderr}`.trim().split("\n").slice(-12).join("\n");
  throw new Error(`Cannot run ${command.slice(0, 6).join(" ")}: exit code ${code}\n${complaint}`);
}
