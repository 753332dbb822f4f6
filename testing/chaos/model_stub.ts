/** The process in which Triton's Python backend runs a model. */

/**
 * Kills it, as the kernel does where memory is short.
 *
 * @param repository Path of a repository that no other server has.
 * @throws {Error} when there is none.
 */
export async function killStub(repository: string, model: string): Promise<void> {
  for await (const { name } of Deno.readDir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const [program = "", modelPath = ""] = commandOf(pid);
    if (!program.endsWith("/triton_python_backend_stub")) continue;
    if (!modelPath.startsWith(`${repository}/${model}/`)) continue;
    Deno.kill(pid, "SIGKILL");
    return;
  }
  throw new Error(`Cannot kill the process of ${model} as it has none`);
}

/** Arguments of a process, the program first; none once it is gone. */
function commandOf(pid: number): string[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
  } catch {
    return [];
  }
}
