/** Which processor programs run on, so that who asks takes nothing from who answers. */

/** Has this program, and what it starts from now on, run on one processor. @throws {Error} without Linux' taskset. */
export async function moveTo(processor: number): Promise<void> {
  const { success, stderr } = await new Deno.Command("taskset", {
    args: ["--all-tasks", "--pid", "--cpu-list", String(processor), String(Deno.pid)],
  }).output();
  if (!success) throw new Error(`Cannot move: ${new TextDecoder().decode(stderr)}`);
}
