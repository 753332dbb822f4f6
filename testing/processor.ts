/** Which processor programs run on, so that who asks takes nothing from who answers. */
import { run } from "./run.ts";

/** Has this program, and what it starts from now on, run on one processor. @throws {Error} without Linux' taskset. */
export async function moveTo(processor: number): Promise<void> {
  await run(["taskset", "--all-tasks", "--pid", "--cpu-list", `${processor}`, `${Deno.pid}`]);
}
