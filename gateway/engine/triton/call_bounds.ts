/** How long a call may take, whoever awaits it. */
import { isSampled, type TraceContext } from "../../contract/trace_context.ts";
import type { Deadline } from "../../work/deadline.ts";

/** What a call has to know of a deadline. */
export type CallBounds = Pick<
  Deadline,
  "timeoutMs" | "remainingMs" | "signal" | "assertRemainingMs" | "trace"
>;

const NEVER = new AbortController().signal;

/**
 * Bounds of a call that several requests await: the time of the one that has most left, and no client that leaves.
 *
 * Each request is answered at its own deadline by whoever waits on its behalf; a call that was cancelled for one of
 * them would take the others along. A call has one caller in a trace: of several the first that is recorded, so that the
 * call is missing in no trace unless another one has it, and else the first that has a trace.
 */
export function jointBounds(deadlines: readonly Deadline[]): CallBounds {
  const longest = deadlines.reduce((most, deadline) =>
    deadline.remainingMs > most.remainingMs ? deadline : most
  );
  return {
    timeoutMs: longest.timeoutMs,
    signal: NEVER,
    trace: jointTrace(deadlines),
    get remainingMs() {
      return longest.remainingMs;
    },
    // Its client may have left, but not those of the others.
    assertRemainingMs: () => longest.remainingMs || longest.assertRemainingMs(),
  };
}

function jointTrace(deadlines: readonly Deadline[]): TraceContext | undefined {
  const traces = deadlines.flatMap(({ trace }) => trace ?? []);
  return traces.find(isSampled) ?? traces[0];
}
