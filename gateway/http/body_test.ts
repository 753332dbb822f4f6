import assert from "node:assert/strict";
import { type FakeClock, stopTime } from "../../testing/fake_clock.ts";
import { rejectedBy, thrownBy } from "../../testing/thrown.ts";
import { Deadline } from "../work/deadline.ts";
import { bodyBytesBound, drainBody, readBody } from "./body.ts";

const LIMITS = { bytesMax: 10, timeoutMs: 1000 };
const MIB = 1024 * 1024;

/** A body that arrives chunk by chunk; after the last one it ends, breaks off, or nothing comes any more. */
function streamed(
  chunks: readonly number[],
  end: "ends" | "breaks" | "stalls",
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const lengths = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const length = lengths.shift();
      if (length !== undefined) controller.enqueue(new Uint8Array(length).fill(lengths.length));
      else if (end === "ends") controller.close();
      else if (end === "breaks") controller.error(new TypeError("error reading a body"));
      else return new Promise(() => {});
    },
  });
}

function post(body: BodyInit | null, headers: HeadersInit = {}): Request {
  return new Request("http://gateway/embed", { method: "POST", body, headers });
}

async function read(request: Request, limits = LIMITS): Promise<Uint8Array> {
  using deadline = new Deadline({ timeoutMs: 5000 });
  return await readBody(request, limits, deadline);
}

for (
  const [declared, bound] of [
    [undefined, 100],
    ["0", 0],
    ["100", 100],
    ["7", 7],
    ["-1", 100],
    ["1e1", 100],
    ["", 100],
  ] as const
) {
  Deno.test(`bodyBytesBound() takes ${bound} for a content-length of ${declared}`, () => {
    const headers = new Headers(declared === undefined ? {} : { "content-length": declared });
    assert.equal(bodyBytesBound(headers, 100), bound);
  });
}

Deno.test("bodyBytesBound() refuses a declared length over the limit, with limit and value", () => {
  const error = thrownBy(() => bodyBytesBound(new Headers({ "content-length": "101" }), 100));
  assert.equal(error.code, "body_too_large");
  assert.equal(error.message, "Cannot read body as its bytes must be ≤ 100: current value is 101");
});

Deno.test("readBody() joins chunks in order, up to the limit", async () => {
  assert.deepEqual([...await read(post(streamed([3, 2, 5], "ends")))], [
    2,
    2,
    2,
    1,
    1,
    0,
    0,
    0,
    0,
    0,
  ]);
});

Deno.test("readBody() refuses the first byte over the limit", async () => {
  const error = await rejectedBy(read(post(streamed([10, 1], "stalls"))));
  assert.equal(error.code, "body_too_large");
  assert.equal(error.message, "Cannot read body as its bytes must be ≤ 10");
});

for (const [what, body] of [["no body", null], ["an empty body", streamed([], "ends")]] as const) {
  Deno.test(`readBody() answers invalid_body for ${what}`, async () => {
    const error = await rejectedBy(read(post(body)));
    assert.equal(error.code, "invalid_body");
    assert.equal(error.message, "Cannot embed: the body is empty");
  });
}

Deno.test("readBody() answers invalid_body when the chunks of a body break off", async () => {
  const error = await rejectedBy(read(post(streamed([3], "breaks"))));
  assert.equal(error.code, "invalid_body");
  assert.match(String(error.cause), /error reading a body/);
});

Deno.test("readBody() answers client_closed when a body of declared length breaks off", async () => {
  const headers = { "content-length": "9" };
  const error = await rejectedBy(read(post(streamed([3], "breaks"), headers)));
  assert.equal(error.code, "client_closed");
});

Deno.test("readBody() answers client_closed when nothing came of a body of declared length", async () => {
  const request = post(streamed([], "ends"), { "content-length": "9" });
  assert.equal((await rejectedBy(read(request))).code, "client_closed");
  const empty = post(streamed([], "ends"), { "content-length": "0" });
  assert.equal((await rejectedBy(read(empty))).code, "invalid_body");
});

/** Reads a body that stalls, moving time on by what the test says, and reports what was left behind. */
async function stall(
  during: (clock: FakeClock, client: AbortController) => Promise<void>,
): Promise<{ code: string; timers: number }> {
  using clock = stopTime();
  const client = new AbortController();
  const deadline = new Deadline({ timeoutMs: 5000, clientSignal: client.signal });
  const limits = { bytesMax: 10, timeoutMs: 6000 };
  const failure = rejectedBy(readBody(post(streamed([3], "stalls")), limits, deadline));
  await during(clock, client);
  const { code } = await failure;
  deadline[Symbol.dispose]();
  return { code, timers: clock.timers };
}

Deno.test("readBody() answers body_timeout when a body does not arrive in time", async () => {
  using clock = stopTime();
  using deadline = new Deadline({ timeoutMs: 5000 });
  const request = post(streamed([3], "stalls"));
  const failure = rejectedBy(readBody(request, LIMITS, deadline));
  await clock.tick(999);
  assert.equal(clock.timers, 2);
  await clock.tick(1);
  const error = await failure;
  assert.equal(error.code, "body_timeout");
  assert.equal(error.message, "Cannot read body as its milliseconds must be ≤ 1000");
  assert.equal(clock.timers, 1);
});

Deno.test("readBody() answers deadline_exceeded when the request's deadline passes first", async () => {
  const { code, timers } = await stall((clock) => clock.tick(5000));
  assert.equal(code, "deadline_exceeded");
  assert.equal(timers, 0);
});

Deno.test("readBody() answers client_closed when the client leaves", async () => {
  const { code, timers } = await stall((_, client) => Promise.resolve(client.abort()));
  assert.equal(code, "client_closed");
  assert.equal(timers, 0);
});

Deno.test("readBody() leaves no timer behind", async () => {
  using clock = stopTime();
  await read(post(streamed([3], "ends")));
  assert.equal(clock.timers, 0);
});

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
