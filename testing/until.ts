/** Waits for something that has no event of its own. */
import { setTimeout } from "node:timers/promises";

/** Longer than any test may take, so that only what never comes is given up. */
const WAIT_MS_MAX = 5_000;
/** Goes on where a test has stopped time. */
const now = performance.now.bind(performance);

/**
 * Lets the event loop turn until a condition holds, while time stands still or goes on.
 *
 * @throws {Error} when it does not hold for too long.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const giveUpMs = now() + WAIT_MS_MAX;
  while (!await condition()) {
    if (now() > giveUpMs) throw new Error(`Cannot wait any longer until ${what}`);
    await setTimeout();
  }
}
