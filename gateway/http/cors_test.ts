import assert from "node:assert/strict";
import { createTestApp, type TestAppOptions } from "../../testing/app_harness.ts";
import { startGateway, testFile } from "../../testing/harness.ts";
import { RawClient } from "../../testing/raw_client.ts";
import { post, postJpeg } from "../../testing/requests.ts";
import { withCors } from "./cors.ts";
import { DIALECTS } from "./dialects/registry.ts";

const CAT = await testFile("photos/cat.jpg");
const ORIGIN = "https://photos.example";
const KEY = "a-key-of-test-0123456";

const corsHeaders = ({ headers }: Response) =>
  [...headers.keys()].filter((name) => /^access-control-|^timing-allow-origin$/.test(name));

/** An app that pages of one origin may ask. */
const appFor = (options: TestAppOptions = {}) =>
  createTestApp({ corsOrigins: ["http://localhost:5173", ORIGIN], ...options });

/** What a browser asks before a request that is not a plain one. */
const preflight = (method: string, origin = ORIGIN): RequestInit => ({
  method: "OPTIONS",
  headers: {
    origin,
    "access-control-request-method": method,
    "access-control-request-headers": "authorization,content-type,x-stainless-lang",
  },
});

Deno.test("withCors() is the function itself where no origin is named", () => {
  const fetch = () => new Response();
  assert.equal(withCors(fetch, []), fetch);
});

Deno.test("a preflight is answered without a key, with what the path takes", async (test) => {
  await using app = await appFor({ apiKeys: [KEY] });
  const posts = DIALECTS.flatMap(({ paths }) => paths);
  const gets = DIALECTS.flatMap(({ gets = [] }) =>
    gets.map(({ path, method = "GET" }) => [path, method] as const)
  );
  const expected = [
    ...posts.map((path) => [path, "POST"] as const),
    ...["/", "/info", "/metrics", "/readyz"].map((path) => [path, "GET"] as const),
    ...gets,
    ["/nowhere", "GET, POST"] as const,
    ["/embed?orient=exif", "POST"] as const,
  ];
  for (const [path, methods] of expected) {
    await test.step(`${methods} ${path}`, async () => {
      const response = await app.request(path, preflight("POST"));
      assert.equal(response.status, 204);
      assert.equal(response.body, null);
      // Of two that are told apart by a name's end alone, a browser is told of both.
      const allowedMethods = response.headers.get("access-control-allow-methods");
      if (path.includes("{") || path === "/") assert.match(allowedMethods ?? "", RegExp(methods));
      else assert.equal(allowedMethods, methods);
      assert.equal(response.headers.get("access-control-allow-origin"), ORIGIN);
      assert.equal(response.headers.get("access-control-max-age"), "7200");
      assert.equal(response.headers.get("vary"), "origin");
      const allowed = response.headers.get("access-control-allow-headers")?.split(", ");
      for (const name of ["*", "authorization", "x-goog-api-key", "traceparent"]) {
        assert.ok(allowed?.includes(name), name);
      }
    });
  }
});

Deno.test("a preflight is answered by a full gateway, and counted", async () => {
  await using app = await appFor({ admission: { requestsMax: 1 } });
  using _ = app.admission.admit("somebody", 1);
  const response = await app.requestFrom("10.0.0.7", "/embed", preflight("POST"));
  assert.equal(response.status, 204);
  const [{ route, method, status } = {}] = app.telemetry.requests;
  assert.deepEqual([route, method, status], ["preflight", "OPTIONS", 204]);
});

for (
  const [what, init] of [
    ["a preflight of another origin", preflight("POST", "https://other.example")],
    [
      "a preflight of an origin that only begins alike",
      preflight("POST", `${ORIGIN}.evil.example`),
    ],
    ["a preflight of no origin", preflight("POST", "null")],
    ["OPTIONS that is no preflight", { method: "OPTIONS", headers: { origin: ORIGIN } }],
  ] as const
) {
  Deno.test(`${what} has the ordinary reply`, async () => {
    await using app = await appFor();
    const response = await app.request("/embed", init);
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "POST");
    assert.equal(response.headers.has("access-control-allow-methods"), false);
  });
}

Deno.test("a reply names the origin that it is for, and what the page may read", async () => {
  await using app = await appFor();
  const headers = { "content-type": "image/jpeg", origin: ORIGIN };
  const response = await app.request("/embed", { ...postJpeg(CAT), headers });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("access-control-allow-origin"), ORIGIN);
  assert.equal(response.headers.get("timing-allow-origin"), ORIGIN);
  assert.equal(response.headers.get("vary"), "origin");
  assert.equal(response.headers.has("access-control-allow-credentials"), false);
  const exposed = response.headers.get("access-control-expose-headers")?.split(", ") ?? [];
  for (const name of response.headers.keys()) {
    // What the Fetch standard always lets a page read, and what is meant for browsers and caches.
    if (/^(cache-control|content-type|vary|timing-allow-origin|access-control-.*)$/.test(name)) {
      continue;
    }
    assert.ok(exposed.includes(name), name);
  }
});

Deno.test("other origins, and those who send none, get the same reply without a word for them", async () => {
  await using app = await appFor();
  for (const origin of ["https://other.example", "null", undefined]) {
    const headers = { "content-type": "image/jpeg", ...origin !== undefined && { origin } };
    const response = await app.request("/embed", { ...postJpeg(CAT), headers });
    assert.equal(response.status, 200);
    assert.deepEqual(corsHeaders(response), []);
    assert.equal(response.headers.get("vary"), "origin");
  }
});

Deno.test("nothing is said to anybody unless origins are named", async () => {
  await using app = await createTestApp();
  const asked = await app.request("/embed", preflight("POST"));
  assert.equal(asked.status, 405);
  const headers = { "content-type": "image/jpeg", origin: ORIGIN };
  const response = await app.request("/embed", { ...postJpeg(CAT), headers });
  assert.deepEqual([...corsHeaders(asked), ...corsHeaders(response)], []);
  assert.equal(response.headers.has("vary"), false);
});

for (
  const [status, what, path, init, options] of [
    [401, "no key", "/embed", postJpeg(CAT), { apiKeys: [KEY] }],
    [404, "a path that is nobody's", "/nowhere", {}, {}],
    [405, "a wrong method", "/embed", {}, {}],
    [413, "a long body", "/embed", postJpeg(CAT), { body: { bytesMax: 1000 } }],
    [415, "a wrong type", "/embed", post("text/html", "x"), {}],
    [422, "no image", "/embed", postJpeg(CAT.slice(0, 900)), {}],
    [503, "a gateway that is going", "/embed", postJpeg(CAT), { isDraining: () => true }],
  ] as const satisfies readonly [number, string, string, RequestInit, TestAppOptions][]
) {
  Deno.test(`a page can read the error ${status} of ${what}`, async () => {
    await using app = await appFor(options);
    const headers = new Headers((init as RequestInit).headers);
    headers.set("origin", ORIGIN);
    const response = await app.request(path, { ...init, headers });
    assert.equal(response.status, status);
    assert.equal(response.headers.get("access-control-allow-origin"), ORIGIN);
    assert.equal(typeof (await response.json()).error.message, "string");
  });
}

Deno.test("a page can read the error 429 of the door, and when to come back", async () => {
  await using app = await appFor({ admission: { requestsMax: 1 } });
  using _ = app.admission.admit("somebody", 1);
  const headers = { "content-type": "image/jpeg", origin: ORIGIN };
  const init = { ...postJpeg(CAT), headers };
  const response = await app.requestFrom("10.0.0.7", "/embed", init);
  assert.equal(response.status, 429);
  assert.equal(response.headers.get("access-control-allow-origin"), ORIGIN);
  const exposed = response.headers.get("access-control-expose-headers") ?? "";
  for (const name of ["retry-after", "retry-after-ms"]) {
    assert.ok(response.headers.has(name) && exposed.split(", ").includes(name), name);
  }
});

Deno.test("a page can read the error 400 of a head that is refused", async () => {
  await using gateway = await startGateway({ GATEWAY_CORS_ORIGINS: ORIGIN });
  using client = await RawClient.connect(gateway.url);
  const head = ["POST /embed HTTP/1.1", "host: a", `origin: ${ORIGIN}`, "content-length: 100"];
  await client.send(`${head.join("\r\n")}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`);
  const { status, headers } = await client.reply();
  assert.equal(status, 400);
  assert.equal(headers.get("access-control-allow-origin"), ORIGIN);
});
