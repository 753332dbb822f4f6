// deno-lint-ignore-file no-console
/**
 * `deno task bench:overhead`: what the gateway adds to a bare Triton call, by shared memory and inline.
 *
 * A real Triton, two gateways and a client of Triton alone take turns, so that whatever else the machine does hits
 * all of them; figures are medians of the turns.
 */
import { TestRepository } from "../../testing/triton/test_repository.ts";
import { startTriton } from "../../testing/triton/triton_process.ts";
import { oneOf, positive, runProgram } from "../../command/program.ts";
import { startLeanClient } from "../peers/lean_client.ts";
import type { LeanLoad, LeanResult } from "../peers/lean_load_main.ts";
import { PHOTO_SIZE_NAMES, type PhotoSize } from "../photos/photo_set.ts";
import { CommandChild } from "../processes/child.ts";
import { cpuBetween, sampleCpu } from "../processes/cpu.ts";
import { startGateway } from "../processes/gateway.ts";
import type { ServerProcess } from "../processes/server_process.ts";
import type { ClosedLoopFigures } from "../timing/closed_loop.ts";
import { referenceLoopMs } from "../timing/reference_loop.ts";
import { summarize } from "../timing/statistics.ts";
import type { BareLoad } from "./bare_client_main.ts";

const HELP = `Usage: deno task bench:overhead [options]

Prints latency, calls a second and processor time of a client of Triton alone and of the gateway, each by shared memory
and inline.

  --size ${PHOTO_SIZE_NAMES.join("|")}  of the photos (224)
  --rounds N           turns of each (5)
  --seconds N          of a turn with 16 in flight; one at a time takes half of it (3)`;

const OPTIONS = {
  size: { type: "string", default: "224" },
  rounds: { type: "string", default: "5" },
  seconds: { type: "string", default: "3" },
} as const;

const MODEL = "dct_512";
const IN_FLIGHT = 16;

/** Something to be loaded. */
interface Subject {
  readonly name: string;
  /** Whose processor time counts: the client's own for bare calls, the gateway's for requests. */
  readonly pid: number;
  readonly run: (inFlight: number, seconds: number) => Promise<ClosedLoopFigures>;
}

/** One turn: one at a time, then many. */
interface Turn {
  readonly single: ClosedLoopFigures;
  readonly many: ClosedLoopFigures;
  /** Processor time of a call with many in flight, milliseconds. */
  readonly cpuMs: number;
}

async function takeTurn({ pid, run }: Subject, seconds: number): Promise<Turn> {
  const single = await run(1, seconds / 2);
  const before = await sampleCpu({ subject: pid });
  const many = await run(IN_FLIGHT, seconds);
  const { subject } = cpuBetween(before, await sampleCpu({ subject: pid }));
  return { single, many, cpuMs: (subject?.cpuMs ?? NaN) / many.requests };
}

/** Calls Triton alone. */
function bareSubject(
  name: string,
  client: CommandChild,
  target: Pick<BareLoad, "url" | "tensorPath">,
): Subject {
  const run = (inFlight: number, seconds: number) =>
    client.ask<ClosedLoopFigures>({ ...target, inFlight, seconds } satisfies BareLoad);
  return { name, pid: client.pid, run };
}

/** Sends photos to a gateway and gets float32 back. */
function gatewaySubject(
  name: string,
  gateway: ServerProcess,
  { client, photoSize }: { readonly client: CommandChild; readonly photoSize: PhotoSize },
): Subject {
  const run = async (clients: number, seconds: number): Promise<ClosedLoopFigures> => {
    const load: LeanLoad = { url: gateway.url, photoSize, format: "raw", clients, seconds };
    const result = await client.ask<LeanResult>(load);
    if (result.failures > 0) throw new Error(`Cannot measure ${name}: ${result.failures} failed`);
    return result;
  };
  return { name, pid: gateway.pid, run };
}

async function startSubjects(
  photoSize: PhotoSize,
  stack: AsyncDisposableStack,
): Promise<Subject[]> {
  const repository = stack.use(await TestRepository.create([{ source: MODEL }]));
  const { grpcUrl: url } = stack.use(await startTriton({ repository: repository.path }));
  const bare = stack.use(
    new CommandChild({
      script: "bench/overhead/bare_client_main.ts",
      permissions: ["--allow-net", "--allow-env", "--allow-ffi", "--allow-read=/dev/shm"],
    }),
  );
  const load = stack.use(startLeanClient());
  const gateway = async (name: string, sharedMemory: "on" | "off") => {
    const options = { model: MODEL, tritonUrl: url, sharedMemory };
    const process = stack.use(await startGateway(options));
    return gatewaySubject(name, process, { client: load, photoSize });
  };
  return [
    bareSubject("bare client, shared memory", bare, { url, tensorPath: "shared_memory" }),
    bareSubject("bare client, inline", bare, { url, tensorPath: "inline" }),
    await gateway("gateway, shared memory", "on"),
    await gateway("gateway, inline", "off"),
  ];
}

function median(turns: readonly Turn[], figure: (turn: Turn) => number): number {
  return summarize(turns.map(figure)).p50;
}

function print(name: string, turns: readonly Turn[]): void {
  const of = (figure: (turn: Turn) => number) => median(turns, figure).toFixed(2).padStart(7);
  console.log(
    name.padEnd(26) + of(({ single }) => single.p50) + of(({ single }) => single.p99) + "  " +
      of(({ many }) => many.p50) + of(({ many }) => many.p99) +
      median(turns, ({ many }) => many.requestsPerSecond).toFixed(0).padStart(8) + "  " +
      of(({ cpuMs }) => cpuMs),
  );
}

/** How much is measured. */
interface Effort {
  readonly photoSize: PhotoSize;
  readonly rounds: number;
  readonly seconds: number;
}

async function measure({ photoSize, rounds, seconds }: Effort): Promise<void> {
  const loops = [referenceLoopMs()];
  await using stack = new AsyncDisposableStack();
  const subjects = await startSubjects(photoSize, stack);
  // Before anything counts, code that runs often is to be compiled in every process.
  for (const subject of subjects) await takeTurn(subject, seconds);
  const turns: Turn[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      turns[index]?.push(await takeTurn(subject, seconds));
    }
    loops.push(referenceLoopMs());
  }
  console.log("                            one at a time    16 in flight            CPU ms");
  console.log("                             p50    p99      p50    p99   req/s    a call");
  for (const [index, { name }] of subjects.entries()) print(name, turns[index] ?? []);
  const cpuMs = turns.map((all) => median(all, (turn) => turn.cpuMs));
  const ratio = (cpuMs[3] ?? NaN) / (cpuMs[2] ?? NaN);
  console.log(
    `\na photo inline costs the gateway ${ratio.toFixed(2)} times what it does otherwise`,
  );
  const fixed = [Math.min(...loops), Math.max(...loops)].map((ms) => ms.toFixed(0));
  console.log(`a fixed loop took ${fixed[0]} to ${fixed[1]} ms meanwhile`);
}

if (import.meta.main) {
  await runProgram({ help: HELP, options: OPTIONS }, ({ values }) =>
    measure({
      photoSize: oneOf("size", values.size, PHOTO_SIZE_NAMES),
      rounds: positive("rounds", values.rounds),
      seconds: positive("seconds", values.seconds),
    }));
}
