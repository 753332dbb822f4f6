import assert from "node:assert/strict";
import { native } from "./dialects/native.ts";
import { stopTime } from "../../testing/fake_clock.ts";
import { Deadline } from "../work/deadline.ts";
import { RequestContext } from "./request_context.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function context(proposedId?: string): RequestContext {
  using deadline = new Deadline({ timeoutMs: 1000 });
  return new RequestContext(proposedId ?? null, deadline, native);
}

for (const id of ["a", "0", "photo_1.jpg-2", "A".repeat(128)]) {
  Deno.test(`RequestContext keeps the client's id ${id.slice(0, 20)}`, () => {
    assert.equal(context(id).requestId, id);
  });
}

for (
  const [what, id] of [
    ["no id", undefined],
    ["an empty id", ""],
    ["129 characters", "A".repeat(129)],
    ["a space", "a b"],
    ["a line break", "a\r\nset-cookie: x"],
    ["a trailing line break", "a\n"],
    ["an escape", "a\x1b[31m"],
    ["other letters", "ä"],
    ["quotes", 'a"b'],
  ] as const
) {
  Deno.test(`RequestContext makes an id of its own for ${what}`, () => {
    assert.match(context(id).requestId, UUID);
  });
}

Deno.test("RequestContext makes another id for every request", () => {
  assert.notEqual(context().requestId, context().requestId);
});

Deno.test("RequestContext adds phases up and writes them as Server-Timing", async () => {
  using clock = stopTime();
  const requestContext = context();
  requestContext.stamp("body", 1);
  requestContext.stamp("infer", 2.345);
  requestContext.stamp("body", 0.5);
  await clock.tick(10);
  assert.deepEqual(requestContext.phaseMs, { body: 1.5, infer: 2.345 });
  assert.equal(requestContext.serverTiming(), "body;dur=1.50, infer;dur=2.35, total;dur=10.00");
});
