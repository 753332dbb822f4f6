/** Time as loads and stand-ins see it, so that tests can replace it. */

/** A clock that can also wake somebody up. */
export interface Clock {
  /** Milliseconds since the Unix epoch with a fraction; comparable between processes of one machine. */
  now(): number;
  /** Resolves at the given time, or soon if it has passed. */
  until(timeMs: number): Promise<void>;
}

/** Milliseconds since the Unix epoch, monotonic within a process. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
