/** All bad days, and which of them are played. */
import { UsageError } from "../../command/program.ts";
import type { Scenario } from "./bad_day.ts";
import { BOMB_SCENARIO } from "./bomb_scenario.ts";
import { DRAIN } from "./drain.ts";
import { ILL_MANNERED } from "./ill_mannered.ts";
import { MODEL_DAYS } from "./model_days.ts";
import { OVERLOAD } from "./overload.ts";
import { FAIRNESS } from "./fairness.ts";
import { FILES } from "./scarcity.ts";
import { SLOW_CLIENTS } from "./slow_clients.ts";
import { TRITON_DAYS } from "./triton_days.ts";

/** In the order in which they are played. */
export const SCENARIOS: readonly Scenario[] = [
  OVERLOAD,
  BOMB_SCENARIO,
  FAIRNESS,
  SLOW_CLIENTS,
  ILL_MANNERED,
  FILES,
  DRAIN,
  TRITON_DAYS,
  MODEL_DAYS,
];

/** A scenario, or a part of it. */
export interface Play {
  readonly scenario: Scenario;
  readonly part: string | undefined;
}

/**
 * What to play with an engine: those named as `NAME` or `NAME:PART`, or all. With Triton only what comes to an engine:
 * its own days, and the overload, unless it is to be short.
 *
 * @throws {UsageError} for a name that is none.
 */
export function playOrder(
  names: readonly string[],
  { withTriton, isShort }: { readonly withTriton: boolean; readonly isShort: boolean },
): Play[] {
  const known = SCENARIOS.map(({ name }) => name);
  const asked = names.length === 0 ? known : names;
  const plays = asked.map((text): Play => {
    const [name, part] = text.split(":");
    const scenario = SCENARIOS.find((candidate) => candidate.name === name);
    if (scenario !== undefined) return { scenario, part };
    throw new UsageError(`SCENARIO must be of ${known.join(", ")}: it is ${text}`);
  });
  return plays.filter(({ scenario }) =>
    withTriton ? scenario.needsTriton || (scenario === OVERLOAD && !isShort) : !scenario.needsTriton
  );
}
