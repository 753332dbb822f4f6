/** Metrics of several isolates as those of one gateway. */
import { AggregatorRegistry, type Registry } from "prom-client";

/** What `registry.getMetricsAsJSON()` of one isolate gives; survives a structured clone. */
export type MetricsPart = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/**
 * Sums the metrics of isolates that run, and what those had counted that ended, as of when they were last asked: what a
 * process has counted never falls.
 */
export class MetricsSum {
  readonly #last = new Map<number, MetricsPart>();
  /** Counters and histograms of isolates that ended. */
  #ended: readonly MetricsPart[] = [];

  /**
   * The text of all of them: counters and histograms add up, gauges as `metrics.ts` says beside each. Series come in the
   * order of the first part.
   *
   * @param parts Of the isolates that answered, by their number; of others, what they said last.
   */
  async text(parts: ReadonlyMap<number, MetricsPart>): Promise<string> {
    for (const [isolate, part] of parts) this.#last.set(isolate, part);
    return await AggregatorRegistry.aggregate([...this.#last.values(), ...this.#ended]).metrics();
  }

  /** Keeps what an isolate had counted; another one may take its number. */
  async end(isolate: number): Promise<void> {
    const part = this.#last.get(isolate);
    if (part === undefined) return;
    this.#last.delete(isolate);
    // At once, so that it is missed by nobody who asks before the sum is there.
    const all = [...this.#ended, counted(part)];
    this.#ended = all;
    const sum = await AggregatorRegistry.aggregate(all).getMetricsAsJSON();
    if (this.#ended === all) this.#ended = [sum];
  }
}

/** What only grows, without numbers that hold for a moment. */
function counted(part: MetricsPart): MetricsPart {
  return part.filter(({ type }) => ["counter", "histogram"].includes(String(type)));
}
