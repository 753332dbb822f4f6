/** A trace's way through the gateway: from the request's head to whoever computes. */
import assert from "node:assert/strict";
import { createTestApp } from "../../testing/app_harness.ts";
import { FakeEngine } from "../../testing/fake_engine.ts";
import { testFile } from "../../testing/harness.ts";
import { postJpeg } from "../../testing/requests.ts";
import type { TraceContext } from "../contract/trace_context.ts";
import type { Deadline } from "../work/deadline.ts";

const CAT = await testFile("photos/cat.jpg");
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

/** An engine that remembers on behalf of which trace it was asked. */
class TracedEngine extends FakeEngine {
  readonly traces: (TraceContext | undefined)[] = [];

  override lease(...parameters: Parameters<FakeEngine["lease"]>): ReturnType<FakeEngine["lease"]> {
    const lease = super.lease(...parameters);
    const saw = ({ trace }: Deadline) => void this.traces.push(trace);
    return lease && {
      ...lease,
      infer: (positions, deadline) => (saw(deadline), lease.infer(positions, deadline)),
      inferHere: (encode, deadline) => (saw(deadline), lease.inferHere(encode, deadline)),
    };
  }
}

Deno.test("a request's trace goes to its engine, and into its line of the log", async () => {
  const engine = new TracedEngine();
  await using app = await createTestApp({ engine });
  const { length } = engine.traces;
  const ask = async (traceparent: string) => {
    const headers = { "content-type": "image/jpeg", traceparent, tracestate: "a=1" };
    await app.request("/embed", { ...postJpeg(CAT), headers });
  };
  await ask(PARENT);
  await ask("00-not-a-trace");
  assert.deepEqual(engine.traces.slice(length), [
    { traceId: TRACE, traceparent: PARENT, tracestate: "a=1" },
    undefined,
  ]);
  assert.deepEqual(app.telemetry.requests.map(({ traceId }) => traceId), [TRACE, undefined]);
});
