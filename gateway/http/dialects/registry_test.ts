import assert from "node:assert/strict";
import { createTestApp, type TestAppOptions } from "../../../testing/app_harness.ts";
import { WITH_PROOF } from "../../../testing/dialects/registry.ts";
import { FakeEngine } from "../../../testing/fake_engine.ts";
import { testFile } from "../../../testing/harness.ts";
import { dialectNamed, DIALECTS } from "./registry.ts";

const CAT = await testFile("photos/cat.jpg");
const KEY = "a-key-of-test-0123456";

const createApp = (options: TestAppOptions = {}) =>
  createTestApp({ engine: new FakeEngine(), dialects: WITH_PROOF, ...options });

const photos = (value: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});

Deno.test("DIALECTS have names and paths of their own, by which workers find them", () => {
  const places = DIALECTS.flatMap(({ paths, gets = [] }) => [
    ...paths.map((path) => `POST ${path}`),
    ...gets.map(({ path, method = "GET" }) => `${method} ${path}`),
  ]);
  assert.deepEqual([...new Set(places)], places);
  for (const dialect of DIALECTS) assert.equal(dialectNamed(dialect.name), dialect);
  assert.throws(() => dialectNamed("nobody"), /^RangeError: Cannot find dialect nobody$/);
});

Deno.test("a dialect of one file and one line is read, embedded and answered in its own words", async () => {
  await using app = await createApp();
  const response = await app.request("/v0/vectors", photos({ photos: [CAT.toBase64()] }));
  assert.equal(response.status, 200);
  const { vectors } = await response.json();
  assert.deepEqual(vectors.map((vector: number[]) => vector.length), [4]);
  assert.equal(app.telemetry.requests[0]?.route, "/v0/vectors");
});

Deno.test("a dialect answers on all of its paths, and is told of the models that it lists", async () => {
  await using app = await createApp({ apiKeys: [KEY] });
  const headers = { "x-api-key": KEY };
  const body = { photos: [CAT.toBase64()] };
  assert.equal((await app.request("/vectors", photos(body, headers))).status, 200);
  assert.equal(app.telemetry.requests.at(-1)?.route, "/vectors");
  const listed = await app.request("/v0/names", { headers });
  assert.deepEqual(await listed.json(), { names: ["dct_512"] });
  assert.equal(app.telemetry.requests.at(-1)?.route, "/v0/names");
  for (
    const [init, reason] of [[{}, "unauthorized"], [
      photos(body, headers),
      "method_not_allowed",
    ]] as const
  ) {
    assert.equal((await (await app.request("/v0/names", init)).json()).reason, reason);
  }
});

Deno.test("a dialect words 400, 401, 404, 405 and 429 of its paths, and no others", async () => {
  await using app = await createApp({ apiKeys: [KEY], admission: { requestsMax: 0 } });
  const mine = { "x-api-key": KEY };
  for (
    const [path, init, status, reason] of [
      ["/v0/vectors", photos({ photos: ["AQ=="] }), 401, "unauthorized"],
      ["/v0/vectors", photos({}, mine), 429, "overloaded"],
      ["/v0/vectors/x", photos({}, mine), 404, "not_found"],
      ["/v0/vectors", { headers: mine }, 405, "method_not_allowed"],
    ] as const
  ) {
    const response = await app.request(path, init);
    assert.equal(response.status, status);
    const body = await response.json();
    assert.deepEqual(Object.keys(body), ["detail", "reason"]);
    assert.equal(body.reason, reason);
  }
  const foreign = await app.request("/embed", photos({}, mine));
  assert.equal(foreign.status, 401);
  assert.equal((await foreign.json()).error.code, "unauthorized");
});

Deno.test("a dialect says where its keys stand, and claims no scheme that it does not have", async () => {
  await using app = await createApp({ apiKeys: [KEY] });
  const response = await app.request("/v0/vectors", photos({ photos: ["AQ=="] }));
  assert.equal(response.headers.has("www-authenticate"), false);
  assert.match(
    (await response.json()).detail,
    /: it has no API key: send one as header x-api-key: KEY$/,
  );
  const bad = await app.request("/v0/vectors", photos({ photos: ["*"] }, { "x-api-key": KEY }));
  assert.equal(bad.status, 400);
  assert.equal((await bad.json()).reason, "invalid_base64");
  const other = { method: "POST", headers: { "content-type": "image/jpeg", "x-api-key": KEY } };
  const raw = await app.request("/v0/vectors", { ...other, body: CAT });
  assert.equal(raw.status, 415);
  assert.equal((await raw.json()).reason, "unsupported_media_type");
});
