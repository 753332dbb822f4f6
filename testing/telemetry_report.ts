/** What an event of telemetry leaves behind. */
import assert from "node:assert/strict";
import { Logger } from "../gateway/telemetry/logger.ts";
import { Metrics } from "../gateway/telemetry/metrics.ts";
import { MetricsAndLogs } from "../gateway/telemetry/telemetry.ts";
import { parseMetrics } from "./metrics_text.ts";

/** An event, and what it leaves in the metrics and in the log. */
export interface EventCase {
  readonly name: string;
  readonly event: (telemetry: MetricsAndLogs) => void;
  /** Samples it leaves; none at all where there are none here. */
  readonly samples?: readonly (readonly [string, number])[];
  readonly line?: Record<string, unknown>;
}

/** What one event leaves in the metrics (samples that are not 0) and in the log. */
export async function report(
  event: (telemetry: MetricsAndLogs) => void,
): Promise<{ samples: Map<string, number>; lines: Record<string, unknown>[] }> {
  const metrics = new Metrics();
  const lines: Record<string, unknown>[] = [];
  const logger = new Logger({ logLevel: "debug", logFormat: "json" }, (line) => {
    const { time: _, ...rest } = JSON.parse(line);
    lines.push(rest);
  });
  event(new MetricsAndLogs(metrics, logger));
  const samples = [...parseMetrics(await metrics.registry.metrics())];
  return { samples: new Map(samples.filter(([, value]) => value !== 0)), lines };
}

/** Makes a test of each event: it leaves these samples and this line, and no line besides. */
export function testEvents(events: readonly EventCase[]): void {
  for (const { name, event, samples = [], line } of events) {
    Deno.test(name, async () => {
      const { samples: found, lines } = await report(event);
      for (const [series, value] of samples) assert.equal(found.get(series), value, series);
      if (samples.length === 0) assert.deepEqual([...found], []);
      assert.deepEqual(lines, line === undefined ? [] : [line]);
    });
  }
}
