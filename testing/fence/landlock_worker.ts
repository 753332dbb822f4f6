/** Worker entry: gives its own thread up to Landlock and posts what it can still do. */
/// <reference lib="deno.worker" />
import { type LandlockOptions, restrictByLandlock } from "../../gateway/fence/landlock.ts";
import { LinuxCalls } from "../../gateway/fence/linux_calls.ts";
import type { Machine } from "../../gateway/fence/system_calls.ts";

declare const self: DedicatedWorkerGlobalScope;

/** What the worker is told. */
export interface LandlockTrial {
  readonly options: LandlockOptions;
  /** Files to read and to write. */
  readonly files: readonly string[];
  /** Port to listen on; 0 leaves it to the kernel. */
  readonly listenPort: number;
  /** Port on loopback to connect to. */
  readonly connectPort: number;
}

self.onmessage = async ({ data }: MessageEvent<LandlockTrial>) => {
  const { options, files, listenPort, connectPort } = data;
  using calls = new LinuxCalls(Deno.build.arch as Machine);
  calls.setNoNewPrivileges();
  const version = restrictByLandlock(calls, options);
  const hostname = "127.0.0.1";
  const results = [
    ...files.map((path) => outcome(() => void Deno.readTextFileSync(path))),
    ...files.map((path) => outcome(() => Deno.writeTextFileSync(path, "changed"))),
    outcome(() => Deno.listen({ hostname, port: listenPort }).close()),
    await Deno.connect({ hostname, port: connectPort })
      .then((connection) => connection.close()).then(() => "done", nameOf),
  ];
  self.postMessage({ version, results });
};

function outcome(attempt: () => void): string {
  try {
    attempt();
    return "done";
  } catch (error) {
    return nameOf(error);
  }
}

function nameOf(error: unknown): string {
  return (error as Error).name;
}
