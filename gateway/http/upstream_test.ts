import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import type { ErrorCode } from "../contract/catalogue.ts";
import { GatewayError } from "../contract/errors.ts";
import { Deadline } from "../work/deadline.ts";
import { Upstream } from "./upstream.ts";

const FORM = {
  body: new TextEncoder().encode("a form"),
  contentType: "multipart/form-data; boundary=b",
};

/** A server on a free port, until it is disposed of. */
function serve(handler: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function forward(
  origin: string,
  { timeoutMs = 10_000, ...deadline }: { timeoutMs?: number; clientSignal?: AbortSignal } = {},
): Promise<Response> {
  using own = new Deadline({ timeoutMs: 10_000, ...deadline });
  return await new Upstream({ origin, timeoutMs }).forward("/predict", FORM, own);
}

async function failure(reply: Promise<unknown>): Promise<ErrorCode> {
  try {
    await reply;
  } catch (error) {
    assert.ok(error instanceof GatewayError, String(error));
    return error.code;
  }
  assert.fail("nothing was thrown");
}

Deno.test("Upstream passes on path, type and body, and passes back status, type and body", async () => {
  const seen: unknown[] = [];
  await using server = serve(async (request) => {
    const { method, url, headers } = request;
    seen.push([method, new URL(url).pathname, headers.get("content-type"), await request.text()]);
    return Response.json({ detail: "no" }, { status: 422, headers: { "set-cookie": "a=b" } });
  });
  const response = await forward(server.origin);
  assert.deepEqual(seen, [["POST", "/predict", FORM.contentType, "a form"]]);
  assert.equal(response.status, 422);
  assert.deepEqual([...response.headers], [["content-type", "application/json"]]);
  assert.deepEqual(await response.json(), { detail: "no" });
});

Deno.test("Upstream passes back a reply without a body", async () => {
  await using server = serve(() => new Response(null, { status: 204 }));
  const response = await forward(server.origin);
  assert.deepEqual([response.status, response.body], [204, null]);
});

Deno.test("Upstream says that nobody is there", async () => {
  const server = serve(() => new Response());
  await server[Symbol.asyncDispose]();
  assert.equal(await failure(forward(server.origin)), "upstream_unavailable");
});

Deno.test("Upstream follows no redirect", async () => {
  const paths: string[] = [];
  await using server = serve(({ url }) => {
    paths.push(new URL(url).pathname);
    return Response.redirect(new URL("/elsewhere", url));
  });
  assert.equal(await failure(forward(server.origin)), "upstream_error");
  assert.deepEqual(paths, ["/predict"]);
});

Deno.test("Upstream reads no reply of more than 8 MiB", async () => {
  let isCancelled = false;
  await using server = serve(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
        cancel: () => void (isCancelled = true),
      }),
    )
  );
  assert.equal(await failure(forward(server.origin)), "upstream_error");
  await server[Symbol.asyncDispose]();
  assert.ok(isCancelled);
});

Deno.test("Upstream says that a reply broke off", async () => {
  await using server = serveBytes("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
  assert.equal(await failure(forward(server.origin)), "upstream_error");
});

Deno.test("Upstream says that a reply has a status that cannot be passed back", async () => {
  for (const status of [101, 600, 999]) {
    await using server = serveBytes(`HTTP/1.1 ${status} Odd\r\ncontent-length: 0\r\n\r\n`);
    assert.equal(await failure(forward(server.origin)), "upstream_error", `${status}`);
  }
});

/** A server that answers one request with these bytes, and hangs up. */
function serveBytes(reply: string): AsyncDisposable & { readonly origin: string } {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const answered = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(64 * 1024));
    await connection.write(new TextEncoder().encode(reply));
  })();
  return {
    origin: `http://127.0.0.1:${listener.addr.port}`,
    [Symbol.asyncDispose]: async () => {
      await answered;
      listener.close();
    },
  };
}

/** A server that answers nothing until its client leaves. */
function serveSilence() {
  const left = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const server = serve(({ signal }) => {
    asked.resolve();
    signal.addEventListener("abort", () => left.resolve());
    return left.promise.then(() => new Response());
  });
  return { ...server, asked: asked.promise, left: left.promise };
}

Deno.test("Upstream waits no longer than its own time, and leaves", async () => {
  await using server = serveSilence();
  using clock = stopTime();
  const code = failure(forward(server.origin, { timeoutMs: 50 }));
  await server.asked;
  await clock.tick(50);
  assert.equal(await code, "deadline_exceeded");
  await server.left;
});

Deno.test("Upstream leaves with the client, and waits longer than a request may", async () => {
  await using server = serveSilence();
  const client = new AbortController();
  using deadline = new Deadline({ timeoutMs: 10, clientSignal: client.signal });
  const upstream = new Upstream({ origin: server.origin, timeoutMs: 10_000 });
  const reply = upstream.forward("/predict", FORM, deadline);
  const code = failure(reply);
  await server.asked;
  assert.equal(deadline.remainingMs, Infinity);
  client.abort();
  assert.equal(await code, "client_closed");
  await server.left;
});

Deno.test("Upstream refuses a ninth request, until one of eight was answered", async () => {
  const answers = Array.from({ length: 8 }, () => Promise.withResolvers<void>());
  let asked = 0;
  await using server = serve(async () => {
    await answers[asked++]?.promise;
    return new Response("ok");
  });
  const upstream = new Upstream({ origin: server.origin, timeoutMs: 10_000 });
  using deadline = new Deadline({ timeoutMs: 10_000 });
  const send = () => upstream.forward("/predict", FORM, deadline);
  const replies = answers.map(send);
  assert.equal(await failure(send()), "overloaded");
  answers.forEach(({ resolve }) => resolve());
  for (const reply of await Promise.all(replies)) assert.equal(await reply.text(), "ok");
  assert.equal(await (await send()).text(), "ok");
});
