/** A gateway that is expected to suffer: its log goes into a file, and its death is a finding. */
import { GATEWAY_COMMAND } from "../child_gateway.ts";
import { LogFile } from "../triton/log_file.ts";
import type { MemoryFence } from "./memory_fence.ts";

/** How to start it. */
export interface GatewayOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Cores in taskset(1)'s form; all when absent. */
  readonly cpus?: string | undefined;
  /** Limit of open files. */
  readonly filesMax?: number;
  readonly fence?: MemoryFence;
  /** Whether it has a small `/dev/shm` of its own, of so many bytes, in a mount namespace. */
  readonly shmBytes?: number;
}

const ROOT = new URL("../../", import.meta.url);
/** More than a start takes on a machine that is busy. */
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;

/** A running gateway; disposing kills it. */
export class GatewayProcess implements AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #log: LogFile;
  readonly #ended: Promise<Deno.CommandStatus>;
  #ending: Deno.CommandStatus | undefined;
  #isWanted = false;

  private constructor(child: Deno.ChildProcess, log: LogFile, url: string) {
    this.#child = child;
    this.#log = log;
    this.url = url;
    this.pid = child.pid;
    this.#ended = child.status.then((status) => this.#ending = status);
  }

  /**
   * Starts one on a free port and waits until it listens.
   *
   * @throws {Error} with the end of its log when it does not.
   */
  static async start(options: GatewayOptions = {}): Promise<GatewayProcess> {
    const path = await Deno.makeTempFile({ prefix: "chaos_gateway_", suffix: ".log" });
    const log = new LogFile(path);
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", `${shellScript(options)} >>'${path}' 2>&1`, Deno.execPath()],
      cwd: ROOT,
      clearEnv: true,
      env: {
        ...withoutSettings(Deno.env.toObject()),
        GATEWAY_PORT: "0",
        ORT_DISABLE_TELEMETRY: "1",
        ...options.env,
      },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    options.fence?.guard(child.pid);
    const url = await listeningUrl(log, child);
    if (url !== undefined) return new GatewayProcess(child, log, url);
    await kill(child);
    throw new Error(`Cannot start a gateway:\n${log.lines().slice(-10).join("\n")}`);
  }

  /** Settles when it has ended. */
  get ended(): Promise<unknown> {
    return this.#ended;
  }

  /** How it ended without being asked to, in words. */
  get death(): string | undefined {
    if (this.#isWanted || this.#ending === undefined) return undefined;
    const { code, signal } = this.#ending;
    return `the gateway ended with ${signal ?? code}`;
  }

  /** Bytes of its log. */
  get logBytes(): number {
    return Deno.statSync(this.#log.path).size;
  }

  /** Asks it to end by SIGTERM; its exit code, or `undefined` when it does not end. */
  async stop(): Promise<number | undefined> {
    this.#isWanted = true;
    if (this.#ending === undefined) this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS_MAX);
    const { code, signal } = await this.#ended;
    clearTimeout(timer);
    return signal === "SIGKILL" ? undefined : code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isWanted = true;
    if (this.#ending === undefined) await kill(this.#child);
    await Deno.remove(this.#log.path);
  }
}

/** A person's own settings would change what is measured. */
function withoutSettings(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GATEWAY_")));
}

function shellScript({ cpus, filesMax, fence, shmBytes }: GatewayOptions): string {
  const limit = filesMax === undefined ? "" : `ulimit -n ${filesMax}; `;
  const pinned = cpus === undefined ? "" : `taskset -c ${cpus} `;
  const gateway = `exec ${pinned}"$0" ${GATEWAY_COMMAND}`;
  const setup = (fence?.setup ?? "") + limit;
  if (shmBytes === undefined) return setup + gateway;
  // In a namespace of its own, so that nobody else's shared memory is touched.
  const mount = `mount -t tmpfs -o size=${shmBytes} tmpfs /dev/shm || exit 1`;
  return `${setup}exec unshare --mount /bin/sh -c '${mount}; ${gateway}' "$0"`;
}

async function listeningUrl(log: LogFile, child: Deno.ChildProcess): Promise<string | undefined> {
  const given = AbortSignal.timeout(START_MS_MAX);
  const over = new AbortController();
  child.status.then(() => over.abort());
  const find = () => log.lines().find((line) => line.includes('"message":"listening"'));
  // The line may be written before anybody follows the file.
  for (; find() === undefined && !given.aborted && !over.signal.aborted;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const line = find();
  return line === undefined ? undefined : String(JSON.parse(line).url);
}

async function kill(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // Gone already.
  }
  await child.status;
}
