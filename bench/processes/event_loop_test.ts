import assert from "node:assert/strict";
import { Metrics } from "../../gateway/telemetry/metrics.ts";
import { delayBound, delaysBetween, parseDelays } from "./event_loop.ts";

Deno.test("parseDelays() reads every bucket that the gateway has", async () => {
  const metrics = new Metrics();
  for (const seconds of [0.0005, 0.004, 0.004, 2]) metrics.eventLoopDelaySeconds.observe(seconds);
  const text = await metrics.registry.metrics();
  assert.deepEqual(parseDelays(text), [1, 1, 3, 3, 3, 3, 3, 3, 3, 4]);
  const buckets = text.match(/^gateway_event_loop_delay_seconds_bucket/gm);
  assert.equal(buckets?.length, parseDelays(text).length);
});

Deno.test("delayBound() is the end of the bucket that holds the share, of what came between", () => {
  const before = [5, 5, 5, 5, 5, 5, 5, 5, 5, 5];
  const after = [5, 14, 14, 14, 15, 15, 15, 15, 15, 15];
  const counts = delaysBetween(before, after);
  assert.equal(delayBound(counts, 0.9), 2.5);
  assert.equal(delayBound(counts, 0.91), 20);
});
