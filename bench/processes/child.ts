/** A process of the benchmark that takes commands. */
import { TextLineStream } from "./lines.ts";

/** How to start it. */
export interface ChildOptions {
  /** Path of its `main.ts` from the project's root. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Permissions, such as `--allow-net=127.0.0.1`. */
  readonly permissions: readonly string[];
}

const ROOT = new URL("../../", import.meta.url);

/** One command at a time; disposing ends its standard input and waits for it to end. */
export class CommandChild implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;

  constructor({ script, args = [], permissions }: ChildOptions) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", ...permissions, script, ...args],
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
   * Sends a command and waits for its answer.
   *
   * @throws {Error} with the process's own message, or when it ended.
   */
  async ask<Answer>(command: unknown): Promise<Answer> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(command)}\n`));
    const { value, done } = await this.#answers.read();
    if (done) throw new Error("Cannot ask a process of the benchmark as it ended");
    const answer = JSON.parse(value) as Answer & { readonly error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#child.status;
    await this.#answers.cancel();
  }
}
