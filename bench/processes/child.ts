/** A process of the benchmark that takes commands. */
import { type Answer, type Call, type Commands, TextLineStream } from "./commands.ts";

/** A program, and its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

/**
 * The command line of one of the benchmark's own processes.
 *
 * @param permissions Such as `--allow-net=127.0.0.1`.
 */
export function denoCommand(script: string, ...permissions: string[]): CommandLine {
  return [Deno.execPath(), "run", "-q", "--no-prompt", ...permissions, script];
}

const ROOT = new URL("../../", import.meta.url);

/** One command at a time; disposing ends its standard input and waits for it to end. */
export class CommandChild<C extends Commands<C>> implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;

  constructor([program, ...args]: CommandLine) {
    this.#child = new Deno.Command(program, {
      args,
      cwd: ROOT,
      stdin: "piped",
      stdout: "piped",
      // Ctrl-C is the benchmark's to handle: it ends its processes when it has what it wants.
      detached: true,
    }).spawn();
    this.pid = this.#child.pid;
    this.#writer = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
  }

  /**
   * Calls a command and waits for its answer.
   *
   * @throws {Error} with the process's own message, or when it ended.
   */
  async call<Name extends keyof C & string>(
    name: Name,
    ...args: Parameters<C[Name]>
  ): Promise<Awaited<ReturnType<C[Name]>>> {
    const call: Call = { name, args };
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(call)}\n`));
    const { value: line, done } = await this.#answers.read();
    if (done) throw new Error("Cannot ask a process of the benchmark as it ended");
    const { value, error }: Answer = JSON.parse(line);
    if (error !== undefined) throw new Error(error);
    return value as Awaited<ReturnType<C[Name]>>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#child.status;
    await this.#answers.cancel();
  }
}
