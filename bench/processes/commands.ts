// deno-lint-ignore-file no-console
/** Commands and answers between the benchmark and its processes: a line of JSON each, one at a time. */
import { TextLineStream } from "./lines.ts";

/** Answers the commands on standard input until it ends; a failure becomes `{"error": "…"}`. */
export async function serveCommands<Command>(
  answer: (command: Command) => unknown,
): Promise<void> {
  const lines = Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    let reply: unknown;
    try {
      reply = await answer(JSON.parse(line) as Command);
    } catch (error) {
      reply = { error: error instanceof Error ? error.message : String(error) };
    }
    console.log(JSON.stringify(reply));
  }
}
