import assert from "node:assert/strict";
import { createTestApp, TEST_INFO, type TestAppOptions } from "../../testing/app_harness.ts";
import { stopTime } from "../../testing/fake_clock.ts";
import { FakeEngine } from "../../testing/fake_engine.ts";

const KEY = "a-key-of-test-0123456";
const PROBES = ["/healthz", "/health", "/livez", "/readyz"];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Routes that need no images: a fake engine and no workers make them quick. */
function createApp(options: TestAppOptions = {}) {
  const workers = { run: () => Promise.reject(new Error("no worker")) };
  return createTestApp({ engine: new FakeEngine({ slots: 1 }), workers, ...options });
}

const embedInit = (headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "image/jpeg", ...headers },
  body: "x",
});

for (const path of ["/healthz", "/health", "/livez"]) {
  Deno.test(`GET ${path} answers ok and the time, whatever the readiness`, async () => {
    using _clock = stopTime();
    await using app = await createApp({ readiness: { isReady: false, reason: "draining" } });
    const response = await app.request(path);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
    assert.deepEqual(await response.json(), { status: "ok", unix: 0 });
  });
}

for (const [isReady, status, word] of [[true, 200, "ready"], [false, 503, "not_ready"]] as const) {
  Deno.test(`GET /readyz answers ${status} and the reason when ${word}`, async () => {
    await using app = await createApp({ readiness: { isReady, reason: "because" } });
    const response = await app.request("/readyz");
    assert.equal(response.status, status);
    assert.deepEqual(await response.json(), { status: word, reason: "because" });
  });
}

Deno.test("GET /info answers what the gateway tells about itself", async () => {
  await using app = await createApp();
  const response = await app.request("/info");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  const models = TEST_INFO.models.map((model) => ({ ...model, ready: true, reason: "canary" }));
  assert.deepEqual(await response.json(), { ...TEST_INFO, models });
});

Deno.test("GET / answers a page to browsers and text to others, without a key", async () => {
  await using app = await createApp({ apiKeys: [KEY] });
  const accept = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
  const page = await app.request("/", { headers: { accept } });
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(await page.text(), /<!DOCTYPE html>/);
  const text = await app.request("/", { headers: { accept: "*/*", "x-forwarded-proto": "https" } });
  assert.match(text.headers.get("content-type") ?? "", /^text\/plain/);
  const body = await text.text();
  assert.match(body, /^curl https:\/\/localhost\/embed -H "authorization: Bearer KEY" /m);
  assert.doesNotMatch(body, new RegExp(KEY));
});

Deno.test("GET /metrics answers Prometheus' text format", async () => {
  await using app = await createApp();
  const response = await app.request("/metrics");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4");
  assert.equal(await response.text(), "gateway_ready 1\n");
});

Deno.test("HEAD answers as GET does, without a body", async () => {
  await using app = await createApp();
  for (const path of ["/livez", "/readyz", "/info", "/metrics", "/"]) {
    const response = await app.request(path, { method: "HEAD" });
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
    assert.equal(await response.text(), "");
  }
});

for (const path of [...PROBES, "/info", "/metrics"]) {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    Deno.test(`${method} ${path} answers 405 and allows GET, HEAD`, async () => {
      await using app = await createApp();
      const response = await app.request(path, { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), "GET, HEAD");
      const { error } = await response.json();
      assert.equal(error.code, "method_not_allowed");
      assert.equal(error.message, `Cannot use method as ${path} takes GET`);
      assert.equal(app.telemetry.requests[0]?.route, path);
    });
  }
}

for (const path of ["/embed", "/embed/base64"]) {
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH"]) {
    Deno.test(`${method} ${path} answers 405 and allows POST`, async () => {
      await using app = await createApp();
      const response = await app.request(path, { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), "POST");
      assert.deepEqual(app.telemetry.codes, ["method_not_allowed"]);
    });
  }
}

for (const path of ["/nope", "/embed/", "/embed/base64/x", "/EMBED", "//embed", "/%2e%2e/etc"]) {
  Deno.test(`POST ${path} answers 404 under the route label other`, async () => {
    await using app = await createApp();
    const response = await app.request(path, embedInit());
    assert.equal(response.status, 404);
    assert.equal(response.headers.has("allow"), false);
    const { error } = await response.json();
    assert.deepEqual([error.code, error.message], ["not_found", "Cannot find path"]);
    assert.equal(app.telemetry.requests[0]?.route, "other");
  });
}

Deno.test("every reply carries the client's request id, good and bad alike", async () => {
  await using app = await createApp();
  for (const path of ["/livez", "/readyz", "/info", "/metrics", "/", "/nope", "/embed"]) {
    const response = await app.request(path, { headers: { "x-request-id": "photo-1.a_B" } });
    assert.equal(response.headers.get("x-request-id"), "photo-1.a_B", path);
    assert.equal(app.telemetry.requests.at(-1)?.requestId, "photo-1.a_B");
  }
  const failed = await app.request("/nope", { headers: { "x-request-id": "photo-2" } });
  assert.equal((await failed.json()).error.request_id, "photo-2");
});

for (const id of ["two words", "", "a".repeat(129), "\x1b[31m", 'x"y']) {
  Deno.test(`a reply carries an id of the gateway's own instead of ${JSON.stringify(id)}`, async () => {
    await using app = await createApp();
    const response = await app.request("/nope", { headers: { "x-request-id": id } });
    const own = response.headers.get("x-request-id") ?? "";
    assert.match(own, UUID);
    assert.equal((await response.json()).error.request_id, own);
    assert.equal(app.telemetry.requests[0]?.requestId, own);
  });
}

Deno.test("every reply has its time and is reported once", async () => {
  await using app = await createApp();
  const paths = ["/livez", "/metrics", "/nope", "/embed"];
  for (const path of paths) {
    const response = await app.request(path);
    assert.match(response.headers.get("server-timing") ?? "", /^total;dur=\d+\.\d\d$/, path);
  }
  assert.deepEqual(
    app.telemetry.requests.map(({ route, status }) => [route, status]),
    [["/livez", 200], ["/metrics", 200], ["other", 404], ["/embed", 405]],
  );
});

Deno.test("with keys, all but the probes and the landing page answer 401 and name the scheme", async () => {
  await using app = await createApp({ apiKeys: [KEY] });
  for (const path of ["/info", "/metrics", "/embed", "/embed/base64", "/nope"]) {
    for (const headers of [{}, { authorization: "Bearer another-key-0123456" }]) {
      const method = path.startsWith("/embed") ? "POST" : "GET";
      const response = await app.request(path, { method, headers });
      assert.equal(response.status, 401, path);
      assert.equal(response.headers.get("www-authenticate"), "Bearer");
      assert.equal((await response.json()).error.code, "unauthorized");
    }
  }
  for (const path of [...PROBES, "/"]) assert.equal((await app.request(path)).status, 200, path);
});

Deno.test("with a key, requests get as far as without keys", async () => {
  await using app = await createApp({ apiKeys: ["another-key-0123456", KEY] });
  const headers = { authorization: `Bearer ${KEY}` };
  for (const path of ["/info", "/metrics"]) {
    assert.equal((await app.request(path, { headers })).status, 200, path);
  }
  assert.equal((await app.request("/nope", { headers })).status, 404);
  const embed = await app.request("/embed", embedInit(headers));
  assert.equal(embed.status, 415);
});

Deno.test("no key is ever reported", async () => {
  await using app = await createApp({ apiKeys: [KEY] });
  await app.request("/info", { headers: { authorization: `Bearer ${KEY}` } });
  await app.request("/info", { headers: { authorization: "Bearer wrong-key-0123456" } });
  assert.doesNotMatch(JSON.stringify(app.telemetry), /key/);
});

Deno.test("while draining, new work is refused and everything else answered", async () => {
  let isDraining = false;
  await using app = await createApp({ isDraining: () => isDraining });
  assert.equal((await app.request("/embed", embedInit())).status, 415);
  isDraining = true;
  for (const path of ["/embed", "/embed/base64"]) {
    const response = await app.request(path, embedInit());
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("retry-after"), "2");
    const { error } = await response.json();
    assert.deepEqual([error.code, error.message], [
      "draining",
      "Cannot accept request: the gateway is shutting down",
    ]);
  }
  for (const path of ["/livez", "/metrics", "/info"]) {
    assert.equal((await app.request(path)).status, 200, path);
  }
});

Deno.test("an error nobody foresaw answers 500 without its text, which only the log gets", async () => {
  const engine = new FakeEngine();
  engine.script.push(() => Promise.reject(new TypeError("password in a stack")));
  const workers = {
    run: () =>
      Promise.resolve({
        width: 1,
        height: 1,
        format: "jpeg",
        decodeMs: 0,
        resizeMs: 0,
        writeMs: 0,
      }),
  };
  await using app = await createTestApp({ engine, workers });
  const gif = Uint8Array.fromBase64("R0lGODdhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=");
  const response = await app.request("/embed", { ...embedInit(), body: gif });
  assert.equal(response.status, 500);
  const { error } = await response.json();
  assert.equal(error.code, "internal");
  assert.equal(error.message, "Cannot complete request because of an internal error");
  const { cause } = app.telemetry.requests[0] ?? {};
  assert.match(String(cause), /password in a stack/);
});

Deno.test("the deadline answers 504 and takes the request's timers along", async () => {
  const engine = new FakeEngine();
  const entered = Promise.withResolvers<void>();
  const workers = { run: () => (entered.resolve(), new Promise<never>(() => {})) };
  await using app = await createTestApp({ engine, workers, requestTimeoutMs: 700 });
  using clock = stopTime();
  const gif = Uint8Array.fromBase64("R0lGODdhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=");
  const reply = app.request("/embed", { ...embedInit(), body: gif });
  await entered.promise;
  // The other one looks at uploads, and ends once there are none.
  assert.equal(clock.timers, 2);
  await clock.tick(700);
  const response = await reply;
  assert.equal(response.status, 504);
  const { error } = await response.json();
  assert.equal(error.code, "deadline_exceeded");
  assert.equal(error.message, "Cannot complete request within its deadline of 700 ms");
  assert.equal(clock.timers, 0);
  assert.equal(app.admission.usage.requests, 0);
});
