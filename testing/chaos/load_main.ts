// deno-lint-ignore-file no-console
/** The load of `deno task chaos`, in a process of its own; it prints its figures as a line of JSON. */
import { positive, runProgram, UsageError } from "../../command/program.ts";
import { type PhaseFigures, phaseFigures } from "./load/figures.ts";
import { runLoad } from "./load/load_run.ts";
import { parsePhase, type Phase } from "./load/phase.ts";
import { readPhotoRequests } from "./load/photo_folder.ts";
import { Sockets } from "./load/sockets.ts";
import { cpuSeconds } from "./process_figures.ts";

const HELP =
  `Usage: deno run -A testing/chaos/load_main.ts URL --photos FOLDER --phase PHASE [--phase PHASE]...

Sends the photos of a folder in turn over kept HTTP/1.1 connections, and prints a line of JSON: figures of each
phase and of the whole. Latency counts from when a request was due, not from when it could be sent.

  --photos FOLDER    every NAME.jpg; where NAME.f32 (the embedding, float32) is beside it, replies are compared
  --phase PHASE      closed:CLIENTS:SECONDS or open:PER_SECOND:SECONDS; several follow each other
  --connections N    at most; a request that finds none free is "not sent" (default 1000)
  --timeout-ms N     what a request gets, from when it was due (default 15000)
  --address IP       where connections come from, such as 127.0.0.2

Linux only: it uses epoll. To pin it, start it by taskset.`;

/** The line of JSON. */
export interface LoadReport {
  readonly phases: readonly PhaseFigures[];
  readonly near: number;
  readonly wrong: number;
  readonly lateMsMax: number;
  readonly connectionsOpened: number;
  /** Processor time of this process while it loaded. */
  readonly cpuSeconds: number;
}

interface LoadArguments {
  readonly photos: string;
  readonly phases: readonly Phase[];
  readonly connectionsMax: number;
  readonly timeoutMs: number;
  readonly address: string | undefined;
}

function load(url: string, options: LoadArguments): LoadReport {
  const { hostname, port, host } = new URL(url);
  const { photos, phases, address, ...limits } = options;
  using sockets = new Sockets({ hostname, port: Number(port) }, address);
  const requests = readPhotoRequests(photos, host);
  const cpuBefore = cpuSeconds(Deno.pid);
  const { startMs, outcomes, ...rest } = runLoad({ sockets, photos: requests, phases, ...limits });
  const cpu = cpuSeconds(Deno.pid) - cpuBefore;
  let phaseMs = startMs;
  const figures = phases.map(({ seconds }) => {
    const from = phaseMs;
    phaseMs += seconds * 1000;
    return phaseFigures(outcomes, from, seconds);
  });
  return { phases: figures, ...rest, cpuSeconds: cpu };
}

/** @throws {UsageError} where a phase makes no sense. */
function phasesOf(texts: readonly string[]): Phase[] {
  try {
    return texts.map(parsePhase);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

if (import.meta.main) {
  const options = {
    photos: { type: "string" },
    phase: { type: "string", multiple: true },
    connections: { type: "string", default: "1000" },
    "timeout-ms": { type: "string", default: "15000" },
    address: { type: "string" },
  } as const;
  await runProgram({ help: HELP, options, allowPositionals: true }, async (parsed) => {
    const { values, positionals: [url] } = parsed;
    const { photos, phase: phases, address } = values;
    if (url === undefined || photos === undefined || phases === undefined) {
      throw new UsageError("URL, --photos and --phase are needed");
    }
    const report = load(url, {
      photos,
      address,
      phases: phasesOf(phases),
      connectionsMax: positive("connections", values.connections),
      timeoutMs: positive("timeout-ms", values["timeout-ms"]),
    });
    await Promise.resolve(console.log(JSON.stringify(report)));
  });
}
