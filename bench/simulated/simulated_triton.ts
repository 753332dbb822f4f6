/** Starts the stand-in. */
import { fileURLToPath } from "node:url";
import { ServerProcess } from "../processes/server_process.ts";
import type { GpuOptions } from "./gpus.ts";

/** A Triton without GPUs, nor a model: its URL speaks gRPC. */
export function startSimulatedTriton(
  options: GpuOptions & { readonly model: string },
): Promise<ServerProcess> {
  return ServerProcess.start({
    name: "the simulated Triton",
    program: Deno.execPath(),
    args: ["run", "-q", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read=.", "--allow-env"]
      .concat(["bench/simulated/main.ts", JSON.stringify(options)]),
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    readUrl: (line) => line.startsWith("http://") ? line : undefined,
  });
}
