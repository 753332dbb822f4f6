/** When the requests of an open loop fall due, whatever becomes of those before them. */
import { seededRandom } from "../../testing/mosaic.ts";

/** Requests a second at a constant rate or by a Poisson process of that rate, or a trace: ms from its start, rising. */
export type Arrivals =
  | { readonly kind: "constant"; readonly perSecond: number }
  | { readonly kind: "poisson"; readonly perSecond: number; readonly seed: number }
  | { readonly kind: "trace"; readonly offsetsMs: readonly number[] };

/** Milliseconds after the start at which requests fall due; without an end, but for a trace. */
export function* dueTimes(arrivals: Arrivals): Generator<number, void> {
  if (arrivals.kind === "trace") return yield* arrivals.offsetsMs;
  const everyMs = 1000 / arrivals.perSecond;
  if (arrivals.kind === "constant") { for (let index = 0;; index++) yield index * everyMs; }
  const random = seededRandom(arrivals.seed);
  for (let dueMs = 0;;) yield dueMs += exponential(everyMs, random);
}

/** A time of an exponential distribution. */
export function exponential(mean: number, random: () => number): number {
  return -mean * Math.log(1 - random());
}

/**
 * Reads a trace: an offset a line, in milliseconds from the first request on, as a log has them once its first time is
 * taken off each.
 *
 * @throws {SyntaxError} unless there is one, and none is before the one above it.
 */
export function parseTrace(text: string): Arrivals {
  const offsetsMs = text.trim().split(/\r?\n/).map((line) =>
    line.trim() === "" ? NaN : Number(line)
  );
  const wrong = offsetsMs.findIndex((offset, index) => !(offset >= (offsetsMs[index - 1] ?? 0)));
  if (wrong < 0) return { kind: "trace", offsetsMs };
  throw new SyntaxError(
    `Cannot read line ${
      wrong + 1
    } of the trace: it must be milliseconds, not before those of the line above`,
  );
}
