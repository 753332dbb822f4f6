import assert from "node:assert/strict";
import { AddressReader } from "./address_photo.ts";

const LIMITS = { bytesMax: 5, timeoutMs: 10_000 };
const FAST = { baseMs: 1, attemptsMax: 3 };
const NEVER = new AbortController().signal;

/** A host whose answers come one after the other, the last one again and again. */
function serve(...answers: (() => Response | Promise<Response>)[]) {
  let requests = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    const answer = answers[Math.min(requests++, answers.length - 1)];
    return answer?.() ?? new Response();
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/a.jpg?signature=secret`,
    requests: () => requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const status = (code: number) => () => new Response("sorry", { status: code });

Deno.test("AddressReader reads a body, and asks again while its host is busy", async () => {
  await using host = serve(status(503), status(429), () => new Response("hello"));
  const bytes = await new AddressReader(LIMITS, FAST).read(host.url, NEVER);
  assert.equal(new TextDecoder().decode(bytes), "hello");
  assert.equal(host.requests(), 3);
});

for (
  const [what, answer, code, requests] of [
    ["an address that is forbidden", status(403), "url_unreachable", 1],
    ["one that is gone", status(404), "url_unreachable", 1],
    ["a host that stays busy", status(500), "url_unreachable", 3],
    ["too many bytes", () => new Response("hello!"), "body_too_large", 1],
  ] as const
) {
  Deno.test(`AddressReader refuses ${what}, and does not say its address`, async () => {
    await using host = serve(answer);
    const error = await new AddressReader(LIMITS, FAST).read(host.url, NEVER).catch((error) =>
      error
    );
    assert.equal(error.code, code);
    assert.doesNotMatch(error.message, /secret|127/);
    assert.equal(host.requests(), requests);
  });
}

Deno.test("AddressReader gives up on a host that is slow, or not there", async () => {
  const { promise: never, resolve } = Promise.withResolvers<Response>();
  await using host = serve(() => never);
  const reader = new AddressReader({ ...LIMITS, timeoutMs: 20 }, { ...FAST, attemptsMax: 1 });
  await assert.rejects(reader.read(host.url, NEVER), /it takes more than 20 ms$/);
  await assert.rejects(
    new AddressReader(LIMITS, FAST).read("http://127.0.0.1:1/?secret", NEVER),
    { code: "url_unreachable", message: /: no connection$/ },
  );
  const ending = new AbortController();
  const reading = new AddressReader(LIMITS, FAST).read(host.url, ending.signal);
  ending.abort(new Error("enough"));
  await assert.rejects(reading, /^Error: enough$/);
  resolve(new Response());
});
