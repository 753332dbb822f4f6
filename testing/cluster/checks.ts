/** All checks, and which of them are made. */
import { UsageError } from "../../command/program.ts";
import type { Check } from "./check.ts";
import { CHART } from "./chart.ts";
import { CRASH } from "./crash.ts";
import { DRY_RUN } from "./dry_run.ts";
import { FAKE_FLEET } from "./fake_fleet.ts";
import { GPU_FLEET } from "./gpu_fleet.ts";
import { KIND } from "./kind.ts";
import { MODELS } from "./models.ts";
import { ROLLOUT } from "./rollout.ts";
import { SECCOMP } from "./seccomp.ts";

/** In the order in which they are made. */
export const CHECKS: readonly Check[] = [
  DRY_RUN,
  KIND,
  CHART,
  FAKE_FLEET,
  GPU_FLEET,
  ROLLOUT,
  CRASH,
  SECCOMP,
  MODELS,
];

/**
 * The checks of some names, or all.
 *
 * @throws {UsageError} for a name that is none.
 */
export function chooseChecks(names: readonly string[]): readonly Check[] {
  const known = CHECKS.map(({ name }) => name);
  const stray = names.find((name) => !known.includes(name));
  if (stray !== undefined) {
    throw new UsageError(`--only must be of ${known.join(", ")}: it is ${stray}`);
  }
  return names.length === 0 ? CHECKS : CHECKS.filter(({ name }) => names.includes(name));
}
