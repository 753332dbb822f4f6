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
  --replies N        on a connection, behind which its client opens another one (default: all)
  --timeout-ms N     what a request gets, from when it was due (default 15000)
  --model NAME       asks for that model
  --pid PID          whose processor time is told, phase by phase
  --address IP       where connections come from, such as 127.0.0.2

Linux only: it uses epoll. To pin it, start it by taskset.`;

/** The line of JSON. */
export interface LoadReport {
  readonly phases: readonly LoadedPhase[];
  readonly near: number;
  readonly wrong: number;
  readonly lateMsMax: number;
  readonly connectionsOpened: number;
}

/** A phase with the processor time that it took. */
export interface LoadedPhase extends PhaseFigures {
  /** Of this process. */
  readonly cpuSeconds: number;
  /** Of the process that is watched; NaN without one. */
  readonly watchedCpuSeconds: number;
}

interface LoadArguments {
  readonly photos: string;
  readonly phases: readonly Phase[];
  readonly connectionsMax: number;
  readonly timeoutMs: number;
  readonly repliesPerConnection: number | undefined;
  readonly address: string | undefined;
  readonly model: string | undefined;
  readonly pid: number;
}

function load(url: string, options: LoadArguments): LoadReport {
  const { hostname, port, host } = new URL(url);
  const { photos, phases, address, model, pid, ...limits } = options;
  using sockets = new Sockets({ hostname, port: Number(port) }, address);
  const requests = readPhotoRequests(photos, { host, model });
  const marks: { readonly own: number; readonly watched: number }[] = [];
  const onPhase = () => void marks.push({ own: cpuSeconds(Deno.pid), watched: cpuSeconds(pid) });
  const run = runLoad({ sockets, photos: requests, phases, onPhase, ...limits });
  const { startMs, outcomes, ...rest } = run;
  let phaseMs = startMs;
  const figures = phases.map(({ seconds }, index): LoadedPhase => {
    const from = phaseMs;
    phaseMs += seconds * 1000;
    const [before, after] = marks.slice(index, index + 2);
    return {
      ...phaseFigures(outcomes, from, seconds),
      cpuSeconds: (after?.own ?? NaN) - (before?.own ?? NaN),
      watchedCpuSeconds: (after?.watched ?? NaN) - (before?.watched ?? NaN),
    };
  });
  return { phases: figures, ...rest };
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
    replies: { type: "string" },
    "timeout-ms": { type: "string", default: "15000" },
    address: { type: "string" },
    model: { type: "string" },
    pid: { type: "string", default: "0" },
  } as const;
  await runProgram({ help: HELP, options, allowPositionals: true }, async (parsed) => {
    const { values, positionals: [url] } = parsed;
    const { photos, phase: phases, address, model, replies } = values;
    if (url === undefined || photos === undefined || phases === undefined) {
      throw new UsageError("URL, --photos and --phase are needed");
    }
    const report = load(url, {
      photos,
      address,
      model,
      pid: Number(values.pid),
      phases: phasesOf(phases),
      connectionsMax: positive("connections", values.connections),
      timeoutMs: positive("timeout-ms", values["timeout-ms"]),
      repliesPerConnection: replies === undefined ? undefined : positive("replies", replies),
    });
    await Promise.resolve(console.log(JSON.stringify(report)));
  });
}
