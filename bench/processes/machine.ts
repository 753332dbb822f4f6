/** What of the machine and the versions belongs to a result; no names of hosts or users, no paths. */

/** A machine without its name. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
}

/** This machine. */
export async function describeMachine(): Promise<Machine> {
  const { total } = Deno.systemMemoryInfo();
  return {
    cpu: await cpuModel(),
    cores: navigator.hardwareConcurrency,
    memoryGiB: Math.round(total / 2 ** 30),
    os: `${Deno.build.os} ${Deno.build.arch}`,
  };
}

/** The commit that is checked out, with a mark when files differ from it. */
export async function describeCommit(): Promise<string> {
  return await output("git", ["describe", "--always", "--dirty", "--exclude=*"]) ?? "unknown";
}

/** A command line without the hosts of its URLs. */
export function withoutHosts(args: readonly string[]): string {
  return args.map((arg) => arg.replace(/(https?:\/\/)[^/,\s:]+/g, "$1HOST")).join(" ");
}

async function cpuModel(): Promise<string> {
  const text = await output("cat", ["/proc/cpuinfo"]) ??
    await output("sysctl", ["-n", "machdep.cpu.brand_string"]);
  return /model name\s*:\s*(.+)/.exec(text ?? "")?.[1] ?? text ?? "unknown";
}

async function output(program: string, args: string[]): Promise<string | undefined> {
  try {
    const cwd = new URL("../..", import.meta.url);
    const { success, stdout } = await new Deno.Command(program, { args, cwd, stderr: "null" })
      .output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}
