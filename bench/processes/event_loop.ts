/** How late timers of a gateway's main thread fire, by its own histogram. */

import { EVENT_LOOP_BUCKETS } from "../../gateway/telemetry/metrics.ts";
import { parseMetrics } from "../../testing/metrics_text.ts";

const BOUNDS = [...EVENT_LOOP_BUCKETS, Infinity];

/** Cumulative counts by bucket since the gateway started. */
export type DelayCounts = readonly number[];

/** Asks a gateway for its counts so far. */
export async function readDelays(url: string): Promise<DelayCounts> {
  return parseDelays(await (await fetch(`${url}/metrics`)).text());
}

/** The counts in the text of `/metrics`. */
export function parseDelays(text: string): DelayCounts {
  const samples = parseMetrics(text);
  return BOUNDS.map((bound) => {
    const label = bound === Infinity ? "+Inf" : bound;
    return samples.get(`gateway_event_loop_delay_seconds_bucket{le="${label}"}`) ?? NaN;
  });
}

/** What came between two readings. */
export function delaysBetween(before: DelayCounts, after: DelayCounts): DelayCounts {
  return after.map((count, bucket) => count - (before[bucket] ?? 0));
}

/** Milliseconds that a share of all delays stayed below: the upper bound of its bucket. */
export function delayBound(counts: DelayCounts, share: number): number {
  const bucket = counts.findIndex((count) => count >= (counts.at(-1) ?? 0) * share);
  return (BOUNDS[bucket] ?? NaN) * 1000;
}
