/** A server in a process of its own, started for a benchmark and stopped after it. */
import { TextLineStream } from "./commands.ts";

/** How to start a server. */
export interface ServerOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Finds the base URL in a line of its output. */
  readonly readUrl: (line: string) => string | undefined;
  readonly startTimeoutMs?: number;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const LINES_KEPT = 20;

/** A running server. */
export class ServerProcess implements AsyncDisposable {
  readonly url: string;
  readonly #child: Deno.ChildProcess;
  readonly #read: Promise<unknown>;

  private constructor(url: string, child: Deno.ChildProcess, read: Promise<unknown>) {
    this.url = url;
    this.#child = child;
    this.#read = read;
  }

  /**
   * Starts a server and waits until it says where it listens.
   *
   * @throws {Error} with the end of its output when it does not.
   */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const [program, ...args] = await dyingWithUs([options.program, ...options.args]);
    const child = new Deno.Command(program, {
      args,
      ...(options.env === undefined ? {} : { env: { ...options.env } }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // A terminal's Ctrl-C is for the benchmark alone.
      detached: true,
    }).spawn();
    const lines: string[] = [];
    const { promise: listening, resolve } = Promise.withResolvers<string>();
    const onLine = (line: string) => {
      if (lines.push(line) > LINES_KEPT) lines.shift();
      const url = options.readUrl(line);
      if (url !== undefined) resolve(url);
    };
    const read = Promise.all([eachLine(child.stdout, onLine), eachLine(child.stderr, onLine)]);
    const timer = setTimeout(() => resolve(""), options.startTimeoutMs ?? START_TIMEOUT_MS);
    const url = await Promise.race([listening, child.status.then(() => "")]);
    clearTimeout(timer);
    const server = new ServerProcess(url, child, read);
    if (url !== "") return server;
    await server[Symbol.asyncDispose]();
    throw new Error(`Cannot start ${options.name}:\n${lines.join("\n")}`);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Asks it to stop, kills its group if it does not, and waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    kill(this.pid, "SIGTERM");
    const timer = setTimeout(() => kill(-this.pid, "SIGKILL"), STOP_TIMEOUT_MS);
    await this.#child.status;
    clearTimeout(timer);
    // What it started may hold its output open.
    kill(-this.pid, "SIGKILL");
    await this.#read;
  }
}

const SETPRIV = "/usr/bin/setpriv";

/** The command line of a process that Linux ends should we be killed: nobody else would end it. */
async function dyingWithUs(command: [string, ...string[]]): Promise<[string, ...string[]]> {
  const hasSetpriv = await Deno.stat(SETPRIV).then(() => true, () => false);
  return hasSetpriv ? [SETPRIV, "--pdeathsig", "TERM", "--", ...command] : command;
}

async function eachLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): Promise<void> {
  const lines = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) onLine(line);
}

function kill(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
