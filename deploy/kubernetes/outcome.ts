/** How a program ended. */
export interface Outcome {
  readonly code: number;
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Lets a program be run with a text as a file, which is gone afterwards. */
export async function withFile<Result>(
  suffix: string,
  text: string,
  run: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = await Deno.makeTempFile({ suffix });
  try {
    await Deno.writeTextFile(path, text);
    return await run(path);
  } finally {
    await Deno.remove(path);
  }
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
