/** Triton's own account of where time went, from its statistics. */

/** Sums since the model was loaded, warm-up included. */
export interface TritonCounters {
  readonly requests: number;
  /** Milliseconds, by part of the road. */
  readonly sumMs: Readonly<Record<TritonPart, number>>;
}

/** Parts of a request's time inside Triton. */
type TritonPart = "queue" | "compute_input" | "compute_infer" | "compute_output";

const PARTS: readonly TritonPart[] = ["queue", "compute_input", "compute_infer", "compute_output"];

/** Means between two moments. */
export interface TritonShare {
  /** Milliseconds a request. */
  readonly partsMs: Readonly<Record<TritonPart, number>>;
}

/** Reads the counters of a model by HTTP, on a connection that ends at once: open ones hold up Triton's exit. */
export async function readTritonCounters(url: string, model: string): Promise<TritonCounters> {
  const response = await fetch(`${url}/v2/models/${model}/stats`, {
    headers: { connection: "close" },
  });
  if (!response.ok) throw new Error(`Cannot read statistics of ${model}: ${response.status}`);
  const { model_stats: versions } = await response.json();
  return toCounters(versions[0]);
}

/** Picks what we need of one entry of `model_stats`. */
export function toCounters(stats: {
  readonly inference_stats: Readonly<
    Record<string, { readonly count: number; readonly ns: number }>
  >;
}): TritonCounters {
  const { inference_stats: sums } = stats;
  const parts = PARTS.map((part) => [part, (sums[part]?.ns ?? 0) / 1e6]);
  return { requests: sums.success?.count ?? 0, sumMs: Object.fromEntries(parts) };
}

/** What happened between two readings; nothing when no request did. */
export function tritonShare(
  before: TritonCounters,
  after: TritonCounters,
): TritonShare | undefined {
  const requests = after.requests - before.requests;
  if (requests === 0) return undefined;
  const parts = PARTS.map((part) => [part, (after.sumMs[part] - before.sumMs[part]) / requests]);
  return { partsMs: Object.fromEntries(parts) };
}
