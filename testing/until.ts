/** Waits for something that has no event of its own. */

/** Longer than any test may take, so that only what never comes is given up. */
const WAIT_MS_MAX = 5_000;

/**
 * Lets the event loop turn until a condition holds.
 *
 * @throws {Error} when it does not hold for too long.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const giveUpMs = performance.now() + WAIT_MS_MAX;
  while (!await condition()) {
    if (performance.now() > giveUpMs) throw new Error(`Cannot wait any longer until ${what}`);
    await new Promise((resolve) => setTimeout(resolve));
  }
}
