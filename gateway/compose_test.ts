import assert from "node:assert/strict";
import { stopTime } from "../testing/fake_clock.ts";
import { startGateway, testFile, type TestGateway } from "../testing/harness.ts";
import { embedHead, RawClient } from "../testing/raw_client.ts";
import { postJpeg, status } from "../testing/requests.ts";

const CAT = await testFile("photos/cat.jpg");
const REFUSED = ["foreign_text.jpg", "damaged_baseline_cut_half.jpg", "twelve_bit_rgb.jpg"];

const messages = ({ log }: TestGateway) => log.map(({ message }) => message);

Deno.test("compose() is ready when it listens, and says where and with which settings", async () => {
  const key = "a-key-of-test-0123456";
  await using gateway = await startGateway({ GATEWAY_API_KEYS: key });
  assert.deepEqual(messages(gateway), ["canary", "ready", "listening"]);
  const listening = gateway.log[2];
  assert.equal(listening?.url, gateway.url);
  assert.equal((listening?.config as Record<string, string>).GATEWAY_SLOTS, "32");
  assert.equal((listening?.config as Record<string, string>).GATEWAY_API_KEYS, "<redacted>");
  assert.doesNotMatch(JSON.stringify(gateway.log), new RegExp(key));
  const response = await fetch(`${gateway.url}/readyz`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: "ready", reason: "recent embedding" });
});

Deno.test("compose() guards all but the probes with the keys", async () => {
  const key = "a-key-of-test-0123456";
  await using gateway = await startGateway({ GATEWAY_API_KEYS: key });
  assert.equal(await status(fetch(`${gateway.url}/livez`)), 200);
  assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(CAT))), 401);
  const headers = { "content-type": "image/jpeg", authorization: `Bearer ${key}` };
  assert.equal(await status(fetch(`${gateway.url}/embed`, { ...postJpeg(CAT), headers })), 200);
});

Deno.test("compose() counts what it does in /metrics", async () => {
  await using gateway = await startGateway();
  assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(CAT))), 200);
  const refused = await testFile(`goldens/refused/${REFUSED[1]}`);
  assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(refused))), 422);
  const metrics = await gateway.metrics();
  for (
    const [series, value] of [
      ['gateway_requests_total{model="dct_512",route="/embed",code="ok"}', 1],
      ['gateway_requests_total{model="dct_512",route="/embed",code="invalid_image"}', 1],
      ['gateway_body_bytes_total{model="dct_512"}', CAT.length + refused.length],
      ['gateway_images_total{model="dct_512",format="unknown",code="invalid_image"}', 1],
      // The canary's photo and the cat.
      ['gateway_images_total{model="dct_512",format="jpeg",code="ok"}', 2],
      ['gateway_image_stage_seconds_count{model="dct_512",stage="decode"}', 2],
      ['gateway_batch_images_sum{model="dct_512"}', 2],
      ['gateway_canaries_total{model="dct_512",result="ok"}', 1],
      ['gateway_ready{model="dct_512"}', 1],
      ['gateway_slots_inputs{model="dct_512"}', 32],
      ['gateway_slots_in_use_inputs{model="dct_512"}', 0],
      ["gateway_inflight_requests", 0],
      ["gateway_inflight_body_bytes", 0],
      ["gateway_inflight_pixels", 0],
      ['gateway_queued_images{model="dct_512"}', 0],
    ] as const
  ) assert.equal(metrics.get(series), value, series);
  assert.ok((metrics.get('gateway_slot_seconds_total{model="dct_512"}') ?? 0) > 0);
  for (const phase of ["body", "parse", "header", "preprocess", "batch", "infer", "reply"]) {
    assert.ok(
      (metrics.get(`gateway_phase_seconds_count{model="dct_512",phase="${phase}"}`) ?? 0) > 0,
      phase,
    );
  }
});

Deno.test("/readyz takes no embedding of the cache for a proof that the engine works", async () => {
  await using gateway = await startGateway({
    GATEWAY_READY_SECONDS_MAX: "5",
    GATEWAY_CACHE_BYTES: "1048576",
  });
  using clock = stopTime();
  assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(CAT))), 200);
  await clock.tick(5_001);
  assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(CAT))), 200);
  const response = await fetch(`${gateway.url}/readyz`);
  assert.deepEqual(await response.json(), { status: "ready", reason: "canary" });
});

Deno.test("/readyz runs one canary for all probes once the last embedding is old", async () => {
  await using gateway = await startGateway({ GATEWAY_READY_SECONDS_MAX: "5" });
  const canaries = () => messages(gateway).filter((message) => message === "canary").length;
  using clock = stopTime();
  assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(CAT))), 200);
  await clock.tick(5_001);
  const probes = await Promise.all(
    [1, 2, 3].map(async () => await (await fetch(`${gateway.url}/readyz`)).json()),
  );
  assert.equal(canaries(), 2);
  assert.ok(probes.some(({ reason }) => reason === "canary"));
  assert.equal(await status(fetch(`${gateway.url}/readyz`)), 200);
  assert.equal(canaries(), 2);
});

Deno.test("/readyz minds neither bad photos nor refusals", async () => {
  await using gateway = await startGateway({ GATEWAY_INFLIGHT_REQUESTS_MAX: "1" });
  for (const name of REFUSED) {
    const body = await testFile(`goldens/refused/${name}`);
    assert.ok(await status(fetch(`${gateway.url}/embed`, postJpeg(body))) >= 415);
  }
  using client = await RawClient.connect(gateway.url);
  await client.send(embedHead(`content-length: ${CAT.length}`), CAT.subarray(0, 100));
  while ((await gateway.metrics()).get("gateway_inflight_requests") !== 1);
  assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(CAT))), 429);
  assert.equal(await status(fetch(`${gateway.url}/readyz`)), 200);
  await client.send(CAT.subarray(100));
  assert.equal((await client.reply()).status, 200);
});

Deno.test("compose() leaves nothing behind when the port is taken or the model unknown", async () => {
  await using gateway = await startGateway();
  const port = new URL(gateway.url).port;
  await assert.rejects(startGateway({ GATEWAY_PORT: port }), { name: "ListenError" });
  await assert.rejects(startGateway({ GATEWAY_MODEL: "nope" }), {
    message: /: Cannot find model nope in repository /,
  });
});
