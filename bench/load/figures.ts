/** From observations to the figures of a load. */
import { mean, summarize } from "../timing/statistics.ts";
import type { ReplyStamps } from "../ways/way.ts";
import type { LoadResult } from "./job.ts";
import type { LoopResult, Observation } from "./loop.ts";

interface Good extends Observation<ReplyStamps> {
  readonly outcome: { readonly reply: ReplyStamps };
}

/** Sums a run up; `batch` photos were in every request. */
export function loadFigures(run: LoopResult<ReplyStamps>, batch: number): LoadResult {
  const good = run.observations.filter((one): one is Good => "reply" in one.outcome);
  const lastMs = good.reduce((last, { doneMs }) => Math.max(last, doneMs), run.startMs);
  const seconds = (lastMs - run.startMs) / 1000;
  const images = good.length * batch;
  const over = (figure: (one: Good, reply: ReplyStamps) => number) =>
    mean(good.map((one) => figure(one, one.outcome.reply)));
  return {
    requests: good.length,
    images,
    errors: countErrors(run),
    cutOff: run.cutOff,
    seconds,
    imagesPerSecond: images === 0 ? 0 : images / seconds,
    latencyMs: summarize(good.map(({ dueMs, doneMs }) => doneMs - dueMs)),
    clientStagesMs: {
      wait: over(({ dueMs, startMs }) => startMs - dueMs),
      encode: over(({ startMs }, { encodedMs }) => encodedMs - startMs),
      decode: over(({ doneMs }, { receivedMs }) => doneMs - receivedMs),
    },
    serverMs: meanByName(good.map(({ outcome }) => outcome.reply.serverMs)),
    payloadBytesUp: over((_, { bytesUp }) => bytesUp),
    payloadBytesDown: over((_, { bytesDown }) => bytesDown),
    // The sum of a thousand times since the epoch has no room left for fractions of a millisecond.
    baseMs: run.startMs,
    encodedAtMs: over((_, { encodedMs }) => encodedMs - run.startMs),
    receivedAtMs: over((_, { receivedMs }) => receivedMs - run.startMs),
  };
}

function countErrors({ observations }: LoopResult<ReplyStamps>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of observations) {
    if ("error" in outcome) counts[outcome.error] = (counts[outcome.error] ?? 0) + 1;
  }
  return counts;
}

/** Means of named durations; a name that a reply lacks counts as zero there. */
function meanByName(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  return Object.fromEntries(
    [...names].map((name) => [name, mean(records.map((record) => record[name] ?? 0))]),
  );
}
