/** Stages of the road from the stamps of two processes: the client's and the link's. */
import type { LinkTraffic } from "../link/proxy.ts";
import { failedRequests, type LoadResult } from "../load/job.ts";
import type { Stage } from "../report/result.ts";
import { mean } from "../timing/statistics.ts";

/**
 * Means of every stage. Requests need not be matched one by one, since the mean of differences is the difference of
 * means; but both processes must have seen the same ones.
 *
 * @returns Nothing when they did not.
 */
export function stageMeans(
  load: LoadResult,
  traffic: LinkTraffic,
): Record<Stage, number> | undefined {
  const { exchanges } = traffic;
  if (exchanges.length !== load.requests || failedRequests(load) > 0 || load.cutOff > 0) {
    return undefined;
  }
  const { baseMs, encodedAtMs, receivedAtMs, clientStagesMs } = load;
  const at = (stamp: keyof (typeof exchanges)[number]) =>
    mean(exchanges.map((exchange) => exchange[stamp] - baseMs));
  const [upFirst, upLast] = [at("upFirstMs"), at("upLastMs")];
  const [downFirst, downLast] = [at("downFirstMs"), at("downLastMs")];
  const stages = {
    wait: clientStagesMs.wait,
    encode: clientStagesMs.encode,
    send: upFirst - encodedAtMs,
    up: upLast - upFirst,
    server: downFirst - upLast,
    down: downLast - downFirst,
    receive: receivedAtMs - downLast,
    decode: clientStagesMs.decode,
  };
  // A stamp that is missing spoils the means it is in.
  return Object.values(stages).every(Number.isFinite) ? stages : undefined;
}
