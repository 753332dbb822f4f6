/** How a program ended. */
export interface Outcome {
  readonly code: number;
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, without input.
 *
 * @throws {Deno.errors.NotFound} when it is not on this machine.
 */
export async function outcomeOf(program: string, args: readonly string[]): Promise<Outcome> {
  const output = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    success: output.success,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}
