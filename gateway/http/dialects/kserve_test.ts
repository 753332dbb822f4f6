import assert from "node:assert/strict";
import { createTestApp, type TestAppOptions } from "../../../testing/app_harness.ts";
import { FAKE_DIM, FakeEngine } from "../../../testing/fake_engine.ts";
import { testFile } from "../../../testing/harness.ts";
import { elementsBody, kserveBody, kserveReply } from "../../../testing/kserve_bodies.ts";
import { kserve } from "./kserve.ts";

const CAT = await testFile("photos/cat.jpg");
const KEY = "a-key-of-test-0123456";
const INFER = "/v2/models/dct_512/infer";

const createApp = (options: TestAppOptions = {}) =>
  createTestApp({ engine: new FakeEngine(), ...options });
const infer = (...elements: (Uint8Array | string)[]) => ({
  method: "POST",
  ...elementsBody("image", ...elements),
});

async function refusal(response: Response) {
  const body = await response.json();
  assert.deepEqual(Object.keys(body), ["error"]);
  assert.equal(typeof body.error, "string");
  return [response.status, body.error] as const;
}

Deno.test("kserve answers a request without a content type, on both of its paths", async () => {
  await using app = await createApp();
  for (const path of [INFER, "/v2/models/embed/infer", "/v2/models/embed/versions/1/infer"]) {
    const response = await app.request(path, infer(CAT, CAT));
    assert.equal(response.status, 200, await response.clone().text());
    assert.match(response.headers.get("x-preprocess-id") ?? "", /^p1-/);
    const { json, tail } = await kserveReply(response);
    assert.deepEqual(json.outputs[0].shape, [2, FAKE_DIM]);
    assert.equal(tail.length, 2 * 2 * 4 * FAKE_DIM);
    assert.equal(tail.slice(0, tail.length / 2), tail.slice(tail.length / 2));
  }
  const routes = app.telemetry.requests.map(({ route }) => route);
  assert.deepEqual([...new Set(routes)], [
    "/v2/models/{model}/infer",
    "/v2/models/{model}/versions/{version}/infer",
  ]);
});

Deno.test("kserve reads a long body in the worker, and its images come back", async () => {
  await using app = await createApp({ requestTimeoutMs: 60_000 });
  const long = new Uint8Array(1_200_000);
  long.set(CAT);
  const response = await app.request(INFER, infer(CAT, long));
  assert.equal(response.status, 200, await response.clone().text());
  assert.deepEqual((await kserveReply(response)).json.outputs[0].shape, [2, FAKE_DIM]);
});

Deno.test("kserve words every error as a text", async () => {
  await using app = await createApp({ apiKeys: [KEY] });
  const headers = { authorization: `Bearer ${KEY}` };
  const post = async (body: BodyInit, more: Record<string, string> = {}) =>
    await refusal(
      await app.request(INFER, { method: "POST", body, headers: { ...headers, ...more } }),
    );
  const { body, headers: length } = elementsBody("image", CAT.subarray(0, 500));
  const [status, said] = await post(body, length);
  assert.deepEqual([status, said], [422, "Cannot decode image: the JPEG is truncated"]);
  const both = elementsBody("image", CAT, CAT.subarray(0, 500));
  assert.match((await post(both.body, both.headers))[1], /^Element 1: Cannot decode image/);
  assert.equal((await post(both.body, { ...both.headers, "content-encoding": "gzip" }))[0], 415);
  assert.equal((await post("{}"))[0], 400);
  assert.equal((await post(""))[0], 400);
  assert.equal((await post("[".repeat(100_000)))[0], 400);
  const many = elementsBody("image", ...Array(33).fill(CAT));
  assert.equal((await post(many.body, many.headers))[0], 413);
  for (
    const [path, init, expected] of [
      [INFER, infer(CAT), 401],
      [
        "/v2/models/nope/infer",
        { ...infer(CAT), headers: { ...headers, ...infer(CAT).headers } },
        404,
      ],
      ["/v2/models/dct_512/versions/9", { headers }, 404],
      ["/v2/models/nope/config", { headers }, 404],
      ["/v2/models/dct_512/stats", { headers }, 404],
      ["/v2/models", { headers }, 404],
      [INFER, { headers }, 405],
      ["/v2/repository/index", { headers }, 405],
      ["/v2/health/live", { method: "POST" }, 405],
      ["/v2/models/dct_512", {}, 401],
      ["/v2", {}, 401],
    ] as const
  ) {
    const [status] = await refusal(await app.request(path, init as RequestInit));
    assert.equal(status, expected, path);
  }
});

Deno.test("kserve's probes want no key, and say what /readyz says", async () => {
  await using app = await createApp({ apiKeys: [KEY] });
  for (const path of ["/v2/health/live", "/v2/health/ready"]) {
    const response = await app.request(path);
    assert.deepEqual([response.status, await response.text()], [200, ""]);
  }
  const readiness = { isReady: false, reason: "draining" };
  await using other = await createApp({ readiness });
  assert.equal((await other.request("/v2/health/live")).status, 200);
  for (const path of ["/v2/health/ready", "/v2/models/dct_512/ready"]) {
    assert.equal((await refusal(await other.request(path)))[0], 503, path);
  }
});

Deno.test("kserve refuses at capacity, and takes no permit for what lists models", async () => {
  await using app = await createApp({ admission: { requestsMax: 0 } });
  const full = await app.requestFrom("10.0.0.1", INFER, infer(CAT));
  assert.equal((await refusal(full))[0], 429);
  assert.ok(Number(full.headers.get("retry-after")) >= 1);
  const index = { method: "POST", body: "{}" };
  const listed = await app.requestFrom("10.0.0.1", "/v2/repository/index", index);
  assert.deepEqual(await listed.json(), [
    { name: "dct_512", version: "1", state: "READY" },
    { name: "embed", version: "1", state: "READY" },
  ]);
});

Deno.test("kserve takes no tensor unless it is told to, and says by which setting", async () => {
  await using app = await createApp();
  const input = { name: "image", datatype: "FP32", shape: [1, 3, 224, 224], data: [1] };
  const [status, said] = await refusal(
    await app.request(INFER, { method: "POST", ...kserveBody({ inputs: [input] }) }),
  );
  assert.equal(status, 400);
  assert.match(said, /GATEWAY_TENSOR_INPUT/);
});

Deno.test("kserve has schemas of what it says", () => {
  assert.ok(kserve.schemas?.error.safeParse({ error: "a" }).success);
});
