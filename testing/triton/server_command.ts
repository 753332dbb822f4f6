/** Triton's command line. */
import type { TritonInstallation } from "./installation.ts";

/** TCP ports on 127.0.0.1. */
export interface TritonPorts {
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
}

/** One run of the server. */
export interface ServerRun {
  /** Absolute path of the folder with a folder a model. */
  readonly repository: string;
  /** Absolute path of the folder with a folder a backend. */
  readonly backends: string;
  readonly ports: TritonPorts;
  /** How the names of the Python backend's shared memory begin, so that a killed server's can be told apart. */
  readonly memoryPrefix: string;
  /** Loaded at the start; others when a client asks for them. */
  readonly models: readonly string[];
  /** How long a stopping server waits for calls in flight. */
  readonly exitTimeoutSeconds: number;
  /** Passed on as they are. */
  readonly extraArguments: readonly string[];
}

/** The arguments of a run, for a server whose `--help` reads as given. */
export function serverArguments(
  run: ServerRun,
  installation: Pick<TritonInstallation, "cacheFolder">,
  help: string,
): string[] {
  const { ports, models } = run;
  const values: Record<string, string | number | boolean> = {
    "model-repository": run.repository,
    "backend-directory": run.backends,
    "cache-directory": installation.cacheFolder,
    "http-address": "127.0.0.1",
    "http-port": ports.http,
    "grpc-address": "127.0.0.1",
    "grpc-port": ports.grpc,
    "metrics-address": "127.0.0.1",
    "metrics-port": ports.metrics,
    // There is no GPU library in the package that could be asked.
    "allow-gpu-metrics": false,
    "pinned-memory-pool-byte-size": 0,
    // Without it one model that is not complete would keep the others from being served.
    "model-control-mode": "explicit",
    "exit-timeout-secs": run.exitTimeoutSeconds,
    "backend-config": `python,shm-region-prefix-name=${run.memoryPrefix}`,
  };
  // Before 26.04 clients may always use shared memory and the option is an error; since then they may not by default.
  if (help.includes("--allow-client-shm")) values["allow-client-shm"] = true;
  return [
    "--disable-auto-complete-config",
    ...Object.entries(values).map(([name, value]) => `--${name}=${value}`),
    ...models.map((model) => `--load-model=${model}`),
    ...run.extraArguments,
  ];
}
