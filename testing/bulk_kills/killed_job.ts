/** A job whose workers and gateway are killed at random moments. */
import type { BulkJob } from "./bulk_job.ts";
import type { RestartedGateway } from "./restarted_gateway.ts";

/** How often, and when. */
export interface KillPlan {
  readonly kills: number;
  /** Milliseconds between two kills, on average. */
  readonly everyMs: number;
  readonly random: () => number;
}

/** How often it was. */
export interface Kills {
  readonly workers: number;
  readonly gateways: number;
}

/** One kill in so many is the gateway's. */
const GATEWAY_EVERY = 4;

/** Runs a job to its end, whatever is killed on the way. */
export async function runKilled(
  job: BulkJob,
  gateway: RestartedGateway,
  { kills, everyMs, random }: KillPlan,
): Promise<Kills> {
  const ending = new AbortController();
  const done = job.run().finally(() => ending.abort());
  // Looked at below, behind the last kill.
  done.catch(() => {});
  let [workers, gateways] = [0, 0];
  while (workers + gateways < kills && await waited(everyMs * 2 * random(), ending.signal)) {
    if ((workers + gateways) % GATEWAY_EVERY === GATEWAY_EVERY - 1) {
      await gateway.kill();
      gateways++;
    } else if (job.killOne(random)) workers++;
  }
  await done;
  return { workers, gateways };
}

/** Waits; false where the job is through before. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), ms);
  const onAbort = () => resolve(false);
  signal.addEventListener("abort", onAbort);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
