/** Servers that do the same job, loaded one after the other, round by round, so that all see the same machine. */
import type { PhotoSize } from "../photos/photo_set.ts";
import type { CommandChild } from "../processes/child.ts";
import { cpuBetween, sampleCpu } from "../processes/cpu.ts";
import type { ServerProcess } from "../processes/server_process.ts";
import { startLeanClient } from "./lean_client.ts";
import type { LeanLoad, LeanResult } from "./lean_load_main.ts";

/** A server in the contest; all speak POST /embed/base64. */
export interface Contestant {
  readonly label: string;
  readonly start: () => Promise<ServerProcess>;
}

/** What is compared, under which load. */
export interface Contest {
  readonly name: string;
  readonly photoSize: PhotoSize;
  /** The first is what the others are measured by. */
  readonly contestants: readonly [Contestant, ...Contestant[]];
}

/** The load of a round. */
export interface ContestLoad {
  /** Requests in flight, one photo each. */
  readonly clients: number;
  readonly rounds: number;
  readonly secondsPerRound: number;
}

/** One contestant in one round. */
export interface Round extends LeanResult {
  /** Processor time of all its processes, milliseconds a photo. */
  readonly cpuMs: number;
  readonly residentMiB: number;
}

/** All rounds of a contestant. */
export interface Standing {
  readonly label: string;
  readonly rounds: readonly Round[];
}

const WARM_UP_SECONDS = 3;

/** Starts all contestants and loads them in turns. */
export async function runContest(
  { photoSize, contestants }: Contest,
  load: ContestLoad,
  report: (text: string) => void,
): Promise<Standing[]> {
  await using stack = new AsyncDisposableStack();
  const clients = stack.use(startLeanClient());
  const servers: ServerProcess[] = [];
  for (const { label, start } of contestants) {
    report(`starting ${label}`);
    servers.push(stack.use(await start()));
  }
  const rounds: Round[][] = contestants.map(() => []);
  // Before anything counts, code that runs often is to be compiled in every process.
  const warmUp = { ...load, secondsPerRound: WARM_UP_SECONDS, photoSize };
  for (const server of servers) await runRound(server, warmUp, clients);
  for (let round = 0; round < load.rounds; round++) {
    for (const [index, server] of servers.entries()) {
      const one = await runRound(server, { ...load, photoSize }, clients);
      rounds[index]?.push(one);
      report(
        `  round ${round + 1}: ${contestants[index]?.label} ${one.requestsPerSecond.toFixed(1)}/s`,
      );
    }
  }
  return contestants.map(({ label }, index) => ({ label, rounds: rounds[index] ?? [] }));
}

async function runRound(
  { url, pid }: ServerProcess,
  { photoSize, clients, secondsPerRound }: ContestLoad & { readonly photoSize: PhotoSize },
  child: CommandChild,
): Promise<Round> {
  const roles = { server: pid };
  const before = await sampleCpu(roles);
  const load: LeanLoad = { url, photoSize, clients, seconds: secondsPerRound };
  const result = await child.ask<LeanResult>(load);
  const usage = cpuBetween(before, await sampleCpu(roles)).server;
  return {
    ...result,
    cpuMs: (usage?.cpuMs ?? NaN) / result.requests,
    residentMiB: usage?.residentMiB ?? NaN,
  };
}
