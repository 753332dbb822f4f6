// deno-lint-ignore-file no-console
/** Calls between the benchmark and its processes: a line of JSON each way, one at a time. */

/** What a process can be asked to do, by name. */
export type Commands<C> = { readonly [Name in keyof C]: (...args: never[]) => unknown };

/** A call on the wire. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Its answer. */
export interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/** Answers the calls on standard input until it ends. */
export async function serveCommands<C extends Commands<C>>(commands: C): Promise<void> {
  const lines = Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const { name, args }: Call = JSON.parse(line);
    let answer: Answer;
    try {
      answer = { value: await commands[name as keyof C](...args as never[]) };
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) };
    }
    console.log(JSON.stringify(answer));
  }
}

/** Splits a text that comes in pieces at line feeds; the last line needs none. */
export class TextLineStream extends TransformStream<string, string> {
  constructor() {
    let rest = "";
    super({
      transform: (piece, controller) => {
        const lines = (rest + piece).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) controller.enqueue(line);
      },
      flush: (controller) => {
        if (rest !== "") controller.enqueue(rest);
      },
    });
  }
}
