/** A fixed piece of work, to tell a slow minute of a shared machine from slow code. */

const ROUNDS = 5;
const STEPS = 20_000_000;

/** Milliseconds that the same 20 million steps of integer arithmetic take now: the median of five times. */
export function referenceLoopMs(now: () => number = () => performance.now()): number {
  const samples = Array.from({ length: ROUNDS }, () => {
    const started = now();
    // Used, so that no compiler leaves the loop out.
    if (xorshift(STEPS) === 0) throw new Error("Cannot happen: xorshift never reaches 0");
    return now() - started;
  });
  return samples.sort((a, b) => a - b)[ROUNDS >> 1] ?? NaN;
}

/** Marsaglia's generator of 32 bits, which depends on its last state at every step. */
export function xorshift(steps: number): number {
  let state = 1;
  for (let step = 0; step < steps; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
