/** Watches a gateway's process: memory, threads, file descriptors, and whether memory grows. */
import { fetchMetrics } from "../metrics_text.ts";

const MIB = 1024 * 1024;

/** One look at the process. */
export interface Sample {
  /** Seconds since the soak began. */
  readonly seconds: number;
  readonly rssMib: number;
  readonly threads: number;
  readonly files: number;
}

/** Whether memory is level: a line through the samples behind the warm-up, against a bound. */
export interface MemoryVerdict {
  readonly firstThirdMib: number;
  readonly lastThirdMib: number;
  readonly slopeMibPerMinute: number;
  /** What the slope adds up to behind the warm-up. */
  readonly growthMib: number;
  readonly growthMibMax: number;
  readonly isLevel: boolean;
}

/** Looks once; memory as the gateway itself reports it, the rest from /proc. */
export async function takeSample(url: string, pid: number, seconds: number): Promise<Sample> {
  const metrics = await fetchMetrics(url);
  return {
    seconds,
    rssMib: (metrics.get("gateway_memory_resident_bytes") ?? NaN) / MIB,
    threads: await countEntries(`/proc/${pid}/task`),
    files: await countEntries(`/proc/${pid}/fd`),
  };
}

/**
 * The bound on growth behind the warm-up. In the first minutes memory still climbs to its high-water mark, about 600
 * MiB, so a minute shows only gross leaks, such as bodies that are kept; longer soaks have the same bound in all.
 */
const GROWTH_MIB_MIN = 64;
const GROWTH_SHARE = 0.25;

/** Judges memory by the samples behind the first third, which is warm-up. */
export function judgeMemory(samples: readonly Sample[]): MemoryVerdict {
  const third = Math.floor(samples.length / 3);
  const firstThirdMib = mean(samples.slice(0, third));
  const lastThirdMib = mean(samples.slice(-third));
  const settled = samples.slice(third);
  const perSecond = slope(settled);
  const span = (settled.at(-1)?.seconds ?? 0) - (settled[0]?.seconds ?? 0);
  const growthMib = perSecond * span;
  const growthMibMax = Math.max(GROWTH_MIB_MIN, GROWTH_SHARE * mean(settled));
  return {
    firstThirdMib,
    lastThirdMib,
    slopeMibPerMinute: perSecond * 60,
    growthMib,
    growthMibMax,
    isLevel: growthMib <= growthMibMax,
  };
}

/** Least squares: MiB a second. */
function slope(samples: readonly Sample[]): number {
  const middle = samples.reduce((sum, { seconds }) => sum + seconds, 0) / samples.length;
  const level = mean(samples);
  let products = 0;
  let squares = 0;
  for (const { seconds, rssMib } of samples) {
    products += (seconds - middle) * (rssMib - level);
    squares += (seconds - middle) ** 2;
  }
  return squares === 0 ? 0 : products / squares;
}

function mean(samples: readonly Sample[]): number {
  return samples.reduce((sum, { rssMib }) => sum + rssMib, 0) / samples.length;
}

async function countEntries(folder: string): Promise<number> {
  return (await Array.fromAsync(Deno.readDir(folder))).length;
}
