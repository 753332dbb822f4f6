import assert from "node:assert/strict";
import { readTraceContext, type TraceContext } from "../../contract/trace_context.ts";
import { Deadline } from "../../work/deadline.ts";
import { jointBounds } from "./call_bounds.ts";

Deno.test("jointBounds() are those of the request that has most time left", () => {
  using short = new Deadline({ timeoutMs: 1000 });
  using long = new Deadline({ timeoutMs: 60_000 });
  const bounds = jointBounds([short, long]);
  assert.equal(bounds.timeoutMs, 60_000);
  assert.ok(bounds.remainingMs > 1000 && bounds.assertRemainingMs() > 1000);
});

Deno.test("jointBounds() go on when a client leaves, be it the one with most time", () => {
  using left = new Deadline({ timeoutMs: 60_000, clientSignal: AbortSignal.abort() });
  using stays = new Deadline({ timeoutMs: 1000 });
  const bounds = jointBounds([stays, left]);
  assert.equal(bounds.signal.aborted, false);
  assert.ok(bounds.assertRemainingMs() > 1000);
});

Deno.test("jointBounds() have passed when the last deadline has", () => {
  using first = new Deadline({ timeoutMs: 0 });
  using second = new Deadline({ timeoutMs: 0 });
  const bounds = jointBounds([first, second]);
  assert.equal(bounds.remainingMs, 0);
  assert.throws(() => bounds.assertRemainingMs(), { code: "deadline_exceeded" });
});

Deno.test("jointBounds() have the first trace that is recorded, else the first there is", () => {
  const trace = (digit: string, flags: string) =>
    readTraceContext(
      new Headers({ traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-${flags}` }),
    );
  const [unrecorded, first, second] = [trace("1", "00"), trace("2", "01"), trace("3", "01")];
  const joint = (...traces: (TraceContext | undefined)[]) => {
    using stack = new DisposableStack();
    return jointBounds(
      traces.map((trace) => stack.use(new Deadline({ timeoutMs: 1000, trace }))),
    ).trace;
  };
  assert.equal(joint(undefined, unrecorded, first, second), first);
  assert.equal(joint(undefined, unrecorded), unrecorded);
  assert.equal(joint(undefined, undefined), undefined);
});
