/** A real Triton on loopback, for tests, benches and `deno task triton`. */
import { fillBackendFolder } from "./backend_folder.ts";
import { installTriton, TRITON_CACHE, type TritonInstallation } from "./installation.ts";
import { LogFile } from "./log_file.ts";
import { readableLogLine } from "./log_line.ts";
import { pickPorts, waitUntilOpen } from "./ports.ts";
import { assertPlainPath, makeRunFolder } from "./run_folder.ts";
import { assertModels, prepareModels } from "./served_models.ts";
import { serverArguments, type ServerRun, type TritonPorts } from "./server_command.ts";

/** How to start it. */
export interface TritonOptions {
  /** Folder with a folder a model. */
  readonly repository: string;
  /** Ports on 127.0.0.1; 0 or absent takes a free one. */
  readonly ports?: Partial<TritonPorts>;
  /** Which to load at first; absent loads all that are complete. */
  readonly models?: readonly string[];
  /** How long a stopping server waits for calls in flight. */
  readonly exitTimeoutSeconds?: number;
  /** How long loading and warming up may take. */
  readonly readyTimeoutMs?: number;
  /** Arguments for the server itself. */
  readonly extraArguments?: readonly string[];
  /** Gives up starting. */
  readonly signal?: AbortSignal;
  /** Is told every readable line of the log, and what the installation does. */
  readonly onLog?: (line: string) => void;
}

/** Lines that say a port is about to open; models are loaded and warm before the first of them. */
const STARTED = /Started (GRPCInferenceService|HTTPService|Metrics Service) at/;
const STARTED_LINES = 3;
/** What a server gets beyond its own exit timeout before it is killed. */
const KILL_GRACE_MS = 5000;

/**
 * Installs Triton where it is missing and starts it; resolves when its models are loaded and its ports open.
 *
 * @throws {ModelNotFoundError} when the repository or a model that was asked for is not there.
 * @throws {SetupError} when this machine cannot run it, or not where this project lies.
 * @throws {Error} with the end of its log when it does not start.
 */
export async function startTriton(options: TritonOptions): Promise<TritonProcess> {
  const report = options.onLog ?? (() => {});
  await assertModels(options.repository, options.models ?? []);
  assertPlainPath(TRITON_CACHE);
  const installation = await installTriton({ report });
  const help = await new Deno.Command(installation.server, { args: ["--help"] }).output();
  const folder = await makeRunFolder("run");
  const run: ServerRun = {
    repository: await Deno.realPath(options.repository),
    backends: `${folder}/backends`,
    ports: pickPorts(options.ports ?? {}),
    memoryPrefix: `triton_${Deno.pid}_${crypto.randomUUID().slice(0, 8)}_`,
    exitTimeoutSeconds: options.exitTimeoutSeconds ?? 30,
    extraArguments: options.extraArguments ?? [],
    models: await listModels(options),
  };
  const text = new TextDecoder();
  const args = serverArguments(
    run,
    installation,
    text.decode(help.stdout) + text.decode(help.stderr),
  );
  const process = new TritonProcess({ run, folder, installation, args, options });
  try {
    await fillBackendFolder(run.backends, installation);
    await process.start();
    return process;
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

/** The models asked for, or all that are complete; those that need no weights are made on the way. */
async function listModels(
  { repository, models, onLog }: TritonOptions,
): Promise<readonly string[]> {
  const { complete, incomplete } = await prepareModels(repository);
  if (models !== undefined) return models;
  for (const name of incomplete) {
    onLog?.(`leaving out ${name} as its weights are missing: run deno task model ${name}`);
  }
  return complete;
}

interface ProcessParts {
  readonly run: ServerRun;
  readonly folder: string;
  readonly installation: TritonInstallation;
  readonly args: readonly string[];
  readonly options: TritonOptions;
}

interface Running {
  readonly child: Deno.ChildProcess;
  /** Settles when the server has ended. */
  readonly status: Promise<Deno.CommandStatus>;
  /** Settles when its ports are about to open. */
  readonly started: Promise<void>;
  /** Settles when nobody listens to the log any more. */
  readonly logged: Promise<void>;
}

/** A Triton that can be stopped, killed and started again on the same ports. Disposing stops it and cleans up. */
export class TritonProcess implements AsyncDisposable {
  readonly ports: TritonPorts;
  readonly #parts: ProcessParts;
  readonly #log: LogFile;
  #running: Running | undefined;

  /** `startTriton()` makes one. */
  constructor(parts: ProcessParts) {
    this.#parts = parts;
    this.ports = parts.run.ports;
    this.#log = new LogFile(`${parts.folder}/triton.log`);
  }

  /** Base URL for a gRPC client. */
  get grpcUrl(): string {
    return `http://127.0.0.1:${this.ports.grpc}`;
  }

  /** Base URL of the HTTP API. */
  get httpUrl(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  /** Prometheus metrics. */
  get metricsUrl(): string {
    return `http://127.0.0.1:${this.ports.metrics}/metrics`;
  }

  /** Every line of the log as Triton wrote it. */
  get log(): string[] {
    return this.#log.lines();
  }

  /** Settles when the server ends, wanted or not; at once when it does not run. */
  get ended(): Promise<unknown> {
    return this.#running?.status ?? Promise.resolve();
  }

  /**
   * Starts the server and waits until its ports are open.
   *
   * @throws {Error} with the end of the log when it ends before, or takes too long.
   */
  async start(): Promise<void> {
    if (this.#running) throw new TypeError("Cannot start Triton as it runs already");
    const running = this.#running = this.#spawn();
    const { readyTimeoutMs = 120_000, signal } = this.#parts.options;
    const waiting = new AbortController();
    const ready = running.started.then(() => waitUntilOpen(this.ports, waiting.signal));
    const outcome = await within(
      { timeoutMs: readyTimeoutMs, ...signal ? { signal } : {} },
      Promise.race([ready.then(() => "ready"), running.status.then(() => "ended")]),
    );
    waiting.abort();
    if (outcome === "ready") return;
    await this.stop("SIGKILL");
    signal?.throwIfAborted();
    const what = outcome === "ended" ? "it ended" : `it was not ready within ${readyTimeoutMs} ms`;
    const story = this.log.map(readableLogLine).filter((line) => line !== undefined);
    throw new Error(`Cannot start Triton as ${what}:\n${story.slice(-20).join("\n")}`);
  }

  /** Sends a signal to the server itself and does not wait, such as SIGSTOP. */
  signal(signal: Deno.Signal): void {
    if (this.#running) sendSignal(this.#running.child.pid, signal);
  }

  /** Sends the signal, waits until every process is gone, and removes their shared memory. */
  async stop(signal: "SIGTERM" | "SIGINT" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const { pid } = running.child;
    if (signal === "SIGKILL") killGroup(pid);
    else sendSignal(pid, signal);
    const timeoutMs = this.#parts.run.exitTimeoutSeconds * 1000 + KILL_GRACE_MS;
    await within({ timeoutMs }, running.status);
    // The stubs of a killed server live on.
    killGroup(pid);
    await running.status;
    await running.logged;
    this.#running = undefined;
    await removeSharedMemory(this.#parts.run.memoryPrefix);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#parts.folder, { recursive: true });
  }

  #spawn(): Running {
    const { installation, args } = this.#parts;
    // A session of its own, so that a terminal's Ctrl-C reaches us alone and the whole group can be killed; and a
    // SIGTERM should we die without stopping it.
    const { promise: started, resolve: onStarted } = Promise.withResolvers<void>();
    const ended = new AbortController();
    const logged = this.#listen(onStarted, ended.signal);
    const child = new Deno.Command("/usr/bin/setpriv", {
      args: ["--pdeathsig", "TERM", "/bin/sh", "-c", `exec "$0" "$@" >>"$LOG" 2>&1`]
        .concat(installation.server, args),
      env: {
        PATH: `${installation.binFolder}:/usr/bin:/bin`,
        LD_LIBRARY_PATH: installation.libraryFolder,
        LOG: this.#log.path,
      },
      detached: true,
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
    const status = child.status.finally(() => ended.abort());
    return { child, status, started, logged };
  }

  /** Listens to the log until the ports open, or to all of it when somebody wants to be told. */
  async #listen(onStarted: () => void, ended: AbortSignal): Promise<void> {
    const { onLog } = this.#parts.options;
    let started = 0;
    await this.#log.follow((line) => {
      const readable = readableLogLine(line);
      if (readable !== undefined) onLog?.(readable);
      if (STARTED.test(line) && ++started === STARTED_LINES) onStarted();
      return started === STARTED_LINES && onLog === undefined;
    }, ended);
  }
}

interface Patience {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** The promise's value, or `undefined` when it takes longer or the signal aborts. */
async function within<T>(patience: Patience, promise: Promise<T>): Promise<T | undefined> {
  const { timeoutMs, signal } = patience;
  const { promise: expired, resolve } = Promise.withResolvers<undefined>();
  const expire = () => resolve(undefined);
  const timer = setTimeout(expire, timeoutMs);
  signal?.addEventListener("abort", expire);
  if (signal?.aborted) expire();
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", expire);
  }
}

function killGroup(leader: number): void {
  sendSignal(-leader, "SIGKILL");
}

function sendSignal(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    // Gone already.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A killed server leaves 20 MB a model behind. */
async function removeSharedMemory(prefix: string): Promise<void> {
  for await (const { name } of Deno.readDir("/dev/shm")) {
    if (name.startsWith(prefix)) await Deno.remove(`/dev/shm/${name}`).catch(() => {});
  }
}
