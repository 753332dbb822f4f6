import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { post, streamed } from "../../testing/streamed_body.ts";
import { drainBody, markReadToTheEnd } from "./body_drain.ts";

const MIB = 1024 * 1024;

Deno.test("drainBody() has nothing to do without a body", async () => {
  assert.equal(await drainBody(post(null)), true);
});

Deno.test("drainBody() uses up a mebibyte", async () => {
  const chunks = Array.from({ length: 16 }, () => MIB / 16);
  assert.equal(await drainBody(post(streamed(chunks, "ends"))), true);
});

Deno.test("drainBody() gives up behind a mebibyte", async () => {
  assert.equal(await drainBody(post(streamed([MIB, 1, 1], "ends"))), false);
});

Deno.test("drainBody() gives up behind half a second, and leaves no timer", async () => {
  using clock = stopTime();
  const drained = drainBody(post(streamed([3], "stalls")));
  await clock.tick(499);
  assert.equal(clock.timers, 1);
  await clock.tick(1);
  assert.equal(await drained, false);
  assert.equal(clock.timers, 0);
});

Deno.test("drainBody() gives up on a body that breaks off", async () => {
  assert.equal(await drainBody(post(streamed([3], "breaks"))), false);
});

Deno.test("drainBody() leaves a body alone that somebody reads", async () => {
  const request = post(streamed([3], "ends"));
  const reader = request.body?.getReader();
  assert.equal(await drainBody(request), false);
  assert.equal((await reader?.read())?.value?.length, 3);
});

Deno.test("drainBody() asks a client that waits for 100 Continue for nothing", async () => {
  const request = post(streamed([3], "ends"), { expect: "100-Continue" });
  assert.equal(await drainBody(request), false);
  assert.equal(request.bodyUsed, false);
});

Deno.test("drainBody() uses a body up that was sent behind 100 Continue", async () => {
  const request = post(streamed([3, 3], "ends"), { expect: "100-continue" });
  const reader = request.body?.getReader();
  await reader?.read();
  reader?.releaseLock();
  assert.equal(await drainBody(request), true);
});

Deno.test("drainBody() reads a short body of a declared length at one go, and gives up on it as well", async () => {
  using clock = stopTime();
  const request = post(streamed([3, 3], "ends"), { "content-length": "6" });
  assert.equal(await drainBody(request), true);
  assert.equal(request.bodyUsed, true);
  const drained = drainBody(post(streamed([3], "stalls"), { "content-length": "6" }));
  await clock.tick(500);
  assert.equal(await drained, false);
  const broken = post(streamed([3], "breaks"), { "content-length": "6" });
  assert.equal(await drainBody(broken), false);
  assert.equal(clock.timers, 0);
});

Deno.test("drainBody() gives up on a body in crumbs", async () => {
  const crumbs = Array.from({ length: 100 }, () => 1);
  assert.equal(await drainBody(post(streamed(crumbs, "ends"))), false);
  const small = Array.from({ length: 500 }, () => 1024);
  assert.equal(await drainBody(post(streamed(small, "ends"))), true);
});

Deno.test("drainBody() has nothing to do where a reader that still holds the body was at its end", async () => {
  const request = post(streamed([3], "ends"));
  const { body } = request;
  assert.ok(body);
  const reader = body.getReader();
  while (!(await reader.read()).done);
  assert.equal(await drainBody(request), false);
  markReadToTheEnd(body);
  assert.equal(await drainBody(request), true);
});
