/** Servers that do the same job, loaded one after the other, round by round, so that all see the same machine. */
import type { GeneratorProcess } from "../load/generator_process.ts";
import type { PhotoSize } from "../photos/photo_set.ts";
import { cpuBetween, sampleCpu } from "../processes/cpu.ts";
import type { ServerProcess } from "../processes/server_process.ts";

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
export interface Round {
  readonly requests: number;
  /** Failed or unanswered. */
  readonly failures: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of all its processes, milliseconds a photo. */
  readonly cpuMs: number;
  readonly residentMiB: number;
}

/** All rounds of a contestant. */
export interface Standing {
  readonly label: string;
  readonly rounds: readonly Round[];
}

/** No contestant is fast enough to end a round by this. */
const REQUESTS_MAX = 1_000_000;
const GRACE_SECONDS = 10;
const WARM_UP_SECONDS = 3;

/** Starts all contestants and loads them in turns. */
export async function runContest(
  { photoSize, contestants }: Contest,
  load: ContestLoad,
  { generator, report }: { generator: GeneratorProcess; report: (text: string) => void },
): Promise<Standing[]> {
  await using stack = new AsyncDisposableStack();
  const servers: ServerProcess[] = [];
  for (const { label, start } of contestants) {
    report(`starting ${label}`);
    servers.push(stack.use(await start()));
  }
  const rounds: Round[][] = contestants.map(() => []);
  // Before anything counts, code that runs often is to be compiled in every process.
  const warmUp = { ...load, secondsPerRound: WARM_UP_SECONDS, photoSize, generator };
  for (const server of servers) await runRound(server, warmUp);
  for (let round = 0; round < load.rounds; round++) {
    for (const [index, server] of servers.entries()) {
      const one = await runRound(server, { ...load, photoSize, generator });
      rounds[index]?.push(one);
      report(
        `  round ${round + 1}: ${contestants[index]?.label} ${one.requestsPerSecond.toFixed(1)}/s`,
      );
    }
  }
  return contestants.map(({ label }, index) => ({ label, rounds: rounds[index] ?? [] }));
}

/** What every round of a contest has in common. */
interface RoundOptions extends ContestLoad {
  readonly photoSize: PhotoSize;
  readonly generator: GeneratorProcess;
}

async function runRound(
  server: ServerProcess,
  { photoSize, clients, secondsPerRound, generator }: RoundOptions,
): Promise<Round> {
  await generator.prepare({
    way: "gateway-base64",
    target: { url: server.url, model: "" },
    photoSize,
    batch: 1,
    pattern: { kind: "closed", clients },
    limits: {
      requestsMax: REQUESTS_MAX,
      secondsMax: secondsPerRound,
      graceSeconds: GRACE_SECONDS,
    },
  });
  const roles = { server: server.pid };
  const before = await sampleCpu(roles);
  const { requests, errors, cutOff, imagesPerSecond, latencyMs } = await generator.run();
  const usage = cpuBetween(before, await sampleCpu(roles)).server;
  await generator.finish();
  return {
    requests,
    failures: cutOff + Object.values(errors).reduce((sum, count) => sum + count, 0),
    requestsPerSecond: imagesPerSecond,
    p50: latencyMs.p50,
    p99: latencyMs.p99,
    cpuMs: (usage?.cpuMs ?? NaN) / requests,
    residentMiB: usage?.residentMiB ?? NaN,
  };
}
