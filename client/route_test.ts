import assert from "node:assert/strict";
import { startGateway, testFile } from "../testing/harness.ts";
import { until } from "../testing/until.ts";
import { EmbeddingClient, type EmbeddingClientOptions } from "./embedding_client.ts";
import { EmbeddingError } from "./embedding_error.ts";
import { AutoRoute, type LocalServer } from "./route.ts";

const CAT = await testFile("photos/cat.jpg");
const QUICK = { baseMs: 1 };
const GONE = new EmbeddingError({ code: "unreachable", message: "gone" });

/** A gateway of this process, as a client's own. */
async function openLocal(env: Readonly<Record<string, string>> = {}): Promise<LocalServer> {
  const gateway = await startGateway(env);
  return { url: gateway.url, close: () => gateway[Symbol.asyncDispose]() };
}

/** A client that ends its gateway with the test. */
function closing(options: EmbeddingClientOptions): EmbeddingClient & AsyncDisposable {
  const client = new EmbeddingClient(options);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** Where the kernel has them, an address that no other test beside this one listens at and takes the port of. */
const HOST = Deno.build.os === "linux" ? "127.0.0.2" : "127.0.0.1";

/** A port of it where nobody listens, until somebody does. */
function freePort(): number {
  using listener = Deno.listen({ hostname: HOST, port: 0 });
  return listener.addr.port;
}

Deno.test("mode local starts a gateway when it is asked first, once, and ends it", async () => {
  let opened = 0;
  await using client = closing({
    mode: "local",
    local: () => (opened++, openLocal()),
  });
  assert.deepEqual([client.url, opened], ["local", 0]);
  const [a, b] = await Promise.all([client.embed(CAT.slice()), client.embed(CAT.slice())]);
  assert.deepEqual([a.madeBy, a, opened], ["local", b, 1]);
  for (const mode of ["local", "auto"] as const) {
    assert.throws(
      () => new EmbeddingClient({ url: "http://a", mode }),
      /^TypeError: local is needed/,
    );
  }
});

Deno.test("mode auto embeds here while the gateway is away, says so in each vector, and never mixes ids", async () => {
  const port = freePort();
  const options = { url: `http://${HOST}:${port}`, mode: "auto", retry: QUICK } as const;
  await using same = closing({ ...options, local: openLocal });
  await using other = closing({
    ...options,
    local: () => openLocal({ GATEWAY_ORIENT: "exif" }),
  });
  await using agreed = closing({
    ...options,
    local: () => openLocal({ GATEWAY_ORIENT: "exif" }),
    canary: CAT.slice(),
  });
  {
    const place = { GATEWAY_HOST: HOST, GATEWAY_PORT: String(port) };
    await using _gateway = await startGateway(place);
    for (const client of [same, other, agreed]) {
      assert.equal((await client.embed(CAT.slice())).madeBy, options.url);
    }
  }
  assert.equal((await same.embed(CAT.slice())).madeBy, "local");
  await assert.rejects(other.embed(CAT.slice()), { code: "mixed_vectors" });
  // It has no EXIF orientation, for which alone the two differ.
  assert.equal((await agreed.embed(CAT.slice())).madeBy, "local");
});

Deno.test("AutoRoute comes back when the gateway is ready again, and looks for it only now and then", async () => {
  let status = 503;
  let probes = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
    probes++;
    return new Response(null, { status });
  });
  const remote = { url: `http://127.0.0.1:${server.addr.port}`, key: undefined, madeBy: "remote" };
  let now = 0;
  const local = { url: "http://local", close: () => Promise.resolve() };
  const route = new AutoRoute(remote, () => Promise.resolve(local), { awayMs: 10, now: () => now });
  const made = async () => (await route.target()).madeBy;
  assert.equal(await made(), "remote");
  route.failed(remote, new EmbeddingError({ code: "invalid_image", message: "bad", status: 422 }));
  assert.equal(await made(), "remote");
  route.failed(remote, GONE);
  assert.deepEqual([await made(), await made()], ["local", "local"]);
  // Behind whatever else was asked by then.
  await (await fetch(remote.url)).body?.cancel();
  assert.equal(probes, 1);
  now = 10;
  assert.equal(await made(), "local");
  await until("the gateway was looked for", () => probes === 2);
  status = 200;
  await until("it is asked again", async () => {
    now += 10;
    return await made() === "remote";
  });
  await route.close();
});

for (
  const [error, isAway] of [
    [{ code: "unreachable" }, true],
    [{ code: "unexpected_reply", status: 502 }, true],
    [{ code: "upstream_unavailable", status: 503 }, true],
    [{ code: "draining", status: 503 }, true],
    [{ code: "unexpected_reply", status: 200 }, false],
    [{ code: "overloaded", status: 429 }, false],
    [{ code: "unauthorized", status: 401 }, false],
  ] as const
) {
  Deno.test(`AutoRoute ${isAway ? "embeds here" : "stays"} after ${JSON.stringify(error)}`, async () => {
    const remote = { url: "http://127.0.0.1:1", key: undefined, madeBy: "remote" };
    const local = { url: "http://local", close: () => Promise.resolve() };
    const route = new AutoRoute(remote, () => Promise.resolve(local));
    route.failed(remote, new EmbeddingError({ message: "why", ...error }));
    assert.equal((await route.target()).madeBy, isAway ? "local" : "remote");
    await route.close();
  });
}
