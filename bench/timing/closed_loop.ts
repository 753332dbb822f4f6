/** A closed loop that costs next to nothing: what the client takes of the cores, it takes from the server it loads. */
import { summarize } from "./statistics.ts";

/** Clients that each make their next call when their last one has ended. */
export interface ClosedLoop {
  readonly clients: number;
  /** No call begins after this. */
  readonly seconds: number;
  /** Makes call `index` of all for a client; whether it went well. An error ends the loop. */
  readonly call: (client: number, index: number) => Promise<boolean>;
}

/** What came of it. */
export interface ClosedLoopFigures {
  /** Those that went well. */
  readonly requests: number;
  readonly failures: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Runs a loop to its end. */
export async function runClosedLoop(
  { clients, seconds, call }: ClosedLoop,
): Promise<ClosedLoopFigures> {
  const samples: number[] = [];
  let next = 0;
  let failures = 0;
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      const isGood = await call(client, next++);
      samples.push(performance.now() - sentMs);
      if (!isGood) failures++;
    }
  }));
  const { count, p50, p99 } = summarize(samples);
  const requests = count - failures;
  const requestsPerSecond = (requests * 1000) / (performance.now() - startedMs);
  return { requests, failures, requestsPerSecond, p50, p99 };
}
