/** Servers that do the same job, loaded one after the other, round by round, so that all see the same machine. */
import type { GeneratorProcess } from "../load/generator_process.ts";
import { takeTurn, type Turn, type TurnLoad, type TurnSubject } from "../load/turns.ts";

/** A server that runs, and who loads it. */
export interface Contestant extends TurnSubject {
  readonly label: string;
  readonly generator: GeneratorProcess;
}

/** The load of all rounds. */
export interface ContestLoad extends TurnLoad {
  readonly rounds: number;
}

/** All rounds of a contestant. */
export interface Standing {
  readonly label: string;
  readonly rounds: readonly Turn[];
}

const WARM_UP_SECONDS = 3;

/** Loads all contestants in turns. */
export async function runContest(
  contestants: readonly Contestant[],
  { rounds, ...load }: ContestLoad,
  report: (text: string) => void,
): Promise<Standing[]> {
  const turn = (one: Contestant, seconds: number) =>
    takeTurn(one.generator, one, { ...load, seconds });
  // Before anything counts, code that runs often is to be compiled in every process.
  for (const one of contestants) await turn(one, WARM_UP_SECONDS);
  const standings = contestants.map(({ label }) => ({ label, rounds: [] as Turn[] }));
  for (let round = 1; round <= rounds; round++) {
    for (const [index, one] of contestants.entries()) {
      const { jpegBytesMean: _, ...figures } = await turn(one, load.seconds);
      standings[index]?.rounds.push(figures);
      report(`  round ${round}: ${one.label} ${figures.requestsPerSecond.toFixed(1)}/s`);
    }
  }
  return standings;
}
