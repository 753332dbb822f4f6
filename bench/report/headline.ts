/** What a result says, in a few numbers. */
import { bestThroughput, fastest, isGateway, isTensor } from "./figures.ts";
import type { BenchResult } from "./result.ts";
import { formatBytes, short } from "./svg.ts";

/** A comparison in one line. */
export interface Headline {
  /** Such as "6.1 ×". */
  readonly factor: string;
  readonly text: string;
  readonly detail: string;
}

/** Comparisons of the gateway with the best that tensors can do; empty where there is nothing to compare. */
export function headlines(result: BenchResult): Headline[] {
  const tensor = fastest(result, isTensor);
  const gateway = fastest(result, isGateway);
  if (tensor === undefined || gateway === undefined) return [];
  const [slow, fast] = [tensor.cell.latencyMs.p50, gateway.cell.latencyMs.p50];
  const [heavy, light] = [tensor.cell.bytes.wireUp, gateway.cell.bytes.wireUp];
  return [
    {
      factor: `${short(slow / fast)} ×`,
      text: "faster, one image at a time",
      detail: `${short(fast)} ms instead of ${short(slow)} ms (medians)`,
    },
    {
      factor: `${short(heavy / light)} ×`,
      text: "fewer bytes on the line",
      detail: `${formatBytes(light)} instead of ${formatBytes(heavy)} an image`,
    },
    ...throughputHeadline(result),
  ];
}

/** The largest batch that both were measured with, and with it the most requests in flight. */
function throughputHeadline(result: BenchResult): Headline[] {
  const choices = result.cells.map(({ batch, pattern: { clients } }) => ({ batch, clients })).sort((
    a,
    b,
  ) => b.batch - a.batch || b.clients - a.clients);
  for (const choice of choices) {
    const tensor = bestThroughput(result, isTensor, choice);
    const gateway = bestThroughput(result, isGateway, choice);
    if (tensor === undefined || gateway === undefined) continue;
    const { batch, clients } = choice;
    const size = batch === 1 ? "" : ` in batches of ${batch}`;
    return [{
      factor: `${short(gateway.imagesPerSecond / tensor.imagesPerSecond)} ×`,
      text: `more images a second${size}`,
      detail: `${short(gateway.imagesPerSecond)} instead of ${short(tensor.imagesPerSecond)}, ` +
        `${clients} ${clients === 1 ? "request" : "requests"} in flight`,
    }];
  }
  return [];
}
