/** Metrics of several isolates as those of one gateway. */
import { AggregatorRegistry, type Registry } from "prom-client";

/** What `registry.getMetricsAsJSON()` of one isolate gives; survives a structured clone. */
export type MetricsPart = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/**
 * The text of all parts: counters and histograms add up, gauges as `metrics.ts` says beside each. Series come in the
 * order of the first part.
 */
export async function sumMetrics(parts: readonly MetricsPart[]): Promise<string> {
  return await AggregatorRegistry.aggregate([...parts]).metrics();
}
