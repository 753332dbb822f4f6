import assert from "node:assert/strict";
import { attempt } from "./exchange.ts";

/** A server of one answer. */
function serve(answer: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    target: { url, key: "k", madeBy: url },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const text = (response: Response) => response.text();

Deno.test("attempt() sends key and query, and gives what is read of the reply", async () => {
  await using server = serve(({ url, headers }) =>
    new Response(`${new URL(url).search} ${headers.get("authorization")}`)
  );
  const exchange = { path: "/embed", query: { model: "a b" }, init: {}, read: text };
  const order = { target: server.target, timeoutMs: 10_000, signal: undefined };
  assert.equal(await attempt(exchange, order), "?model=a+b Bearer k");
  await assert.rejects(
    attempt({ ...exchange, read: (response) => response.json() }, order),
    { code: "unexpected_reply", message: /is this a gateway\?$/ },
  );
});

Deno.test("attempt() gives up on a reply that does not end, and leaves at once when it is told to", async () => {
  await using server = serve(() => new Response(new ReadableStream({ pull: () => {} })));
  const exchange = { path: "/", init: {}, read: text };
  const ending = new AbortController();
  for (const signal of [undefined, ending.signal]) {
    await assert.rejects(
      attempt(exchange, { target: server.target, timeoutMs: 50, signal }),
      { code: "unreachable", message: /did not answer within 50 ms$/ },
    );
  }
  const asked = attempt(exchange, { ...server, timeoutMs: 10_000, signal: ending.signal });
  ending.abort(new Error("enough"));
  await assert.rejects(asked, /^Error: enough$/);
});
