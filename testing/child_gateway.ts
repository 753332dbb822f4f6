/** A gateway in a process of its own, with exactly the permissions of `deno task start`. */

/**
 * What a shell runs from the project's root, after `deno`. `gateway/command.sh` names the program, its grants and flags:
 *
 * Without V8's memory reducer: after a pause of seconds that gives the heap's memory back, and the next requests pay
 * for the collections with which it grows again, a third more processor time for some seconds. Without Deno's older way
 * of ending a request, which aborts its signal behind a good reply, too: making that error is 7 % of a photo's time.
 */
export const GATEWAY_COMMAND =
  'run -q "--allow-read=$(sh gateway/command.sh repository)" $(sh gateway/command.sh)';

/** Arguments of /bin/sh that replace it by a gateway; those of the gateway may follow. */
export function gatewayShell(deno: string = Deno.execPath(), limit = ""): string[] {
  return ["-c", `${limit}exec "$0" ${GATEWAY_COMMAND} "$@"`, deno];
}

const ROOT = new URL("../", import.meta.url);

/** How a child is started. */
export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Limit of open files; that of this process when absent. */
  readonly filesMax?: number;
  /** Another Deno than this one. */
  readonly deno?: string;
  /** Ends the child by SIGTERM, at its start, too. */
  readonly signal?: AbortSignal;
}

/** A running child; disposing ends it. */
export interface ChildGateway extends AsyncDisposable {
  readonly process: Deno.ChildProcess;
  readonly url: string;
  /** How it ended, once it has. */
  readonly ending: Deno.CommandStatus | undefined;
  /** Waits until the log has a line with this message: the first one. */
  logged(message: string): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Starts a gateway and waits until it listens.
 *
 * @throws {Error} with its log when it ends before.
 */
export async function startChild(options: ChildOptions = {}): Promise<ChildGateway> {
  const { env = {}, filesMax, deno = Deno.execPath(), signal } = options;
  const limit = filesMax === undefined ? "" : `ulimit -n ${filesMax}; `;
  const child = new Deno.Command("/bin/sh", {
    args: gatewayShell(deno, limit),
    cwd: ROOT,
    env: { GATEWAY_PORT: "0", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    ...signal && { signal },
  }).spawn();
  const log = new ChildLog(child.stdout);
  let ending: Deno.CommandStatus | undefined;
  const ended = child.status.then((status) => ending = status);
  const line = await log.find("listening");
  return {
    process: child,
    url: String(line.url),
    get ending() {
      return ending;
    },
    logged: (message) => log.find(message),
    [Symbol.asyncDispose]: async () => {
      if (ending === undefined) child.kill("SIGKILL");
      await ended;
      await log.ended;
    },
  };
}

/** How a gateway that never served ended, and what it printed. */
export interface EndedGateway {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end, with no environment but these settings. */
export async function runToEnd(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<EndedGateway> {
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: [...gatewayShell(), ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", RUST_BACKTRACE: "0", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

type Line = Readonly<Record<string, unknown>>;

/** Reads a child's log to its end, so that the pipe never fills. */
class ChildLog {
  readonly ended: Promise<void>;
  readonly #seen = new Map<string, PromiseWithResolvers<Line>>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#read(stream);
  }

  /** The first line with a message. */
  find(message: string): Promise<Line> {
    return this.#entry(message).promise;
  }

  #entry(message: string): PromiseWithResolvers<Line> {
    const known = this.#seen.get(message);
    if (known !== undefined) return known;
    const entry = Promise.withResolvers<Line>();
    entry.promise.catch(() => {});
    this.#seen.set(message, entry);
    return entry;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let unfinished = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (unfinished + text).split("\n");
      unfinished = lines.pop() ?? "";
      for (const text of lines) {
        const line: Line = JSON.parse(text);
        this.#entry(String(line.message)).resolve(line);
      }
    }
    for (const entry of this.#seen.values()) {
      entry.reject(new Error("The gateway ended before it logged that"));
    }
  }
}
