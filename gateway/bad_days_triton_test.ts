import assert from "node:assert/strict";
import { startChild } from "../testing/child_gateway.ts";
import { GatewayOnTriton, gatewayRegions } from "../testing/gateway_on_triton.ts";
import { startGateway } from "../testing/harness.ts";
import { eventually, LIMITS } from "../testing/real_triton.ts";
import { status } from "../testing/requests.ts";
import { recordWorkers } from "../testing/workers/recorded_workers.ts";

const MODEL = "dct_512";

Deno.test("Triton not there at start: 503 with Retry-After, then found without a restart", async () => {
  await using pair = await GatewayOnTriton.start({ tritonLater: true });
  const early = await pair.embed();
  assert.deepEqual([early.status, early.code], [503, "upstream_unavailable"]);
  assert.equal(early.retryAfter, "1");
  assert.equal(await pair.ready(), 503);
  await pair.triton.process.start();
  await pair.untilServing();
  assert.equal(await pair.ready(), 200);
  await pair.untilIdle();
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`Triton ended by ${signal} under load and started again: only 429, 502, 503, 504 between`, async () => {
    await using pair = await GatewayOnTriton.start();
    const statuses = new Set<number>();
    let isOver = false;
    const clients = Array.from({ length: 8 }, async () => {
      while (!isOver) statuses.add((await pair.embed()).status);
    });
    await pair.untilServing();
    await pair.triton.process.stop(signal);
    await eventually("the gateway notices", async () => (await pair.embed()).status === 503);
    await pair.triton.process.start();
    await pair.untilServing();
    isOver = true;
    await Promise.all(clients);
    const allowed = [200, 429, 502, 503, 504];
    assert.deepEqual([...statuses].filter((status) => !allowed.includes(status)), []);
    await pair.untilIdle();
    assert.equal((await pair.engine()).tensorPath, "shared_memory");
    assert.equal(gatewayRegions().length, 1);
  });

  Deno.test(`Triton ended by ${signal} while idle and started again`, async () => {
    await using pair = await GatewayOnTriton.start();
    await pair.untilServing();
    await pair.triton.process.stop(signal);
    await pair.triton.process.start();
    await pair.untilServing();
    await pair.untilIdle();
  });
}

Deno.test("Triton stopped dead under load: out of rotation within 5 s, 503 with Retry-After, and back when it goes on", async () => {
  await using pair = await GatewayOnTriton.start();
  await pair.untilServing();
  let isOver = false;
  const statuses = new Set<number>();
  const clients = Array.from({ length: 8 }, async () => {
    while (!isOver) statuses.add((await pair.embed()).status);
  });
  const stoppedMs = performance.now();
  pair.triton.process.signal("SIGSTOP");
  await eventually("it is not ready", async () => await pair.ready() === 503);
  assert.ok(performance.now() - stoppedMs < 5000, "within 5 s");
  const { status, code, retryAfter } = await pair.embed();
  assert.deepEqual([status, code, retryAfter], [503, "upstream_unavailable", "1"]);
  pair.triton.process.signal("SIGCONT");
  await pair.untilServing();
  await eventually("it is ready", async () => await pair.ready() === 200);
  isOver = true;
  await Promise.all(clients);
  // Those in flight when it stopped wait for it until their own deadline.
  assert.deepEqual([...statuses].filter((status) => ![200, 503, 504].includes(status)), []);
  await pair.untilIdle();
});

Deno.test("Triton stopped dead while idle: the next probe says so", async () => {
  await using pair = await GatewayOnTriton.start();
  await pair.untilServing();
  pair.triton.process.signal("SIGSTOP");
  await eventually("it is not ready", async () => await pair.ready() === 503);
  pair.triton.process.signal("SIGCONT");
  await eventually("it is ready", async () => await pair.ready() === 200);
});

Deno.test("the model unloaded under load: 503, and served again once it is loaded", async () => {
  await using pair = await GatewayOnTriton.start();
  await pair.untilServing();
  await pair.triton.unloadModel(MODEL);
  await eventually("503", async () => (await pair.embed()).status === 503);
  assert.equal(await pair.ready(), 503);
  await pair.triton.loadModel(MODEL);
  await pair.untilServing();
  await pair.untilIdle();
});

Deno.test("a reply with too few bytes: 502, and right again with the next good one", async () => {
  await using pair = await GatewayOnTriton.start();
  await pair.triton.repository.setScript(MODEL, { reply: "short" });
  const short = await pair.embed();
  assert.deepEqual([short.status, short.code], [502, "upstream_error"]);
  await pair.triton.repository.setScript(MODEL, {});
  await pair.untilServing();
  await pair.untilIdle();
});

Deno.test("values that are not finite: 502", async () => {
  await using pair = await GatewayOnTriton.start();
  await pair.triton.repository.setScript(MODEL, { reply: "nan" });
  assert.equal((await pair.embed()).status, 502);
  await pair.untilIdle();
});

Deno.test("a dead Python stub behind a ready server: 502 or 503, and not ready", async () => {
  await using pair = await GatewayOnTriton.start();
  await pair.untilServing();
  assert.equal(await pair.ready(), 200);
  await pair.triton.repository.setScript(MODEL, { exit: true });
  assert.equal((await pair.embed()).status, 502);
  assert.equal(await pair.triton.client.ready(LIMITS), true);
  assert.equal(await pair.ready(), 503);
  await pair.untilIdle();
});

Deno.test("a model slower than the deadline: 504 in time, and right again when it is fast", async () => {
  await using pair = await GatewayOnTriton.start({
    env: {
      GATEWAY_REQUEST_TIMEOUT_MS: "400",
      GATEWAY_BODY_TIMEOUT_MS: "400",
      GATEWAY_IMAGE_TIMEOUT_MS: "400",
    },
  });
  await pair.triton.repository.setScript(MODEL, { delay_ms: 1500 });
  const slow = await pair.embed();
  assert.deepEqual([slow.status, slow.code], [504, "deadline_exceeded"]);
  await pair.triton.repository.setScript(MODEL, {});
  await pair.untilServing();
  await pair.untilIdle();
});

Deno.test("clients gone while their requests are queued: Triton drops them", async () => {
  await using pair = await GatewayOnTriton.start();
  const { repository } = pair.triton;
  await repository.setScript(MODEL, { delay_ms: 1000 });
  const begun = await repository.batchesBegun(MODEL);
  const first = pair.embed();
  await eventually("it runs", async () => await repository.batchesBegun(MODEL) > begun);
  const pending = () => pair.triton.metric("nv_inference_pending_request_count", { model: MODEL });
  const leaver = new AbortController();
  const gone: Promise<unknown>[] = [];
  // Three, since Triton has already put the first that waits into its next batch.
  for (const queued of [1, 2, 3]) {
    gone.push(pair.embed({ signal: leaver.signal }).catch(() => {}));
    await eventually("another request is queued", async () => await pending() === queued);
  }
  leaver.abort();
  await Promise.all(gone);
  const canceled = () =>
    pair.triton.metric("nv_inference_request_failure", { model: MODEL, reason: "CANCELED" });
  await eventually("Triton sees the cancellation", async () => await canceled() > 0);
  assert.equal((await first).status, 200);
  await pair.untilIdle();
});

Deno.test("the region unregistered behind our back: registered again, and the request answered", async () => {
  await using pair = await GatewayOnTriton.start();
  await pair.untilServing();
  const [region] = await pair.triton.client.memoryRegions(LIMITS);
  await pair.triton.client.unregisterMemory(region?.name ?? "", LIMITS);
  assert.equal((await pair.embed()).status, 200);
  assert.equal((await pair.triton.client.memoryRegions(LIMITS)).length, 1);
  await pair.untilIdle();
});

Deno.test("more requests than slots: 429 with Retry-After, the others answered", async () => {
  await using pair = await GatewayOnTriton.start({
    env: { GATEWAY_SLOTS: "4", GATEWAY_REQUEST_IMAGES_MAX: "4" },
  });
  await pair.triton.repository.setScript(MODEL, { delay_ms: 200 });
  const replies = await Promise.all(Array.from({ length: 12 }, () => pair.embed()));
  const refused = replies.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0 && refused.every(({ retryAfter }) => retryAfter !== null));
  assert.ok(replies.every(({ status }) => status === 200 || status === 429));
  assert.ok(replies.some(({ status }) => status === 200));
  await pair.untilIdle();
});

Deno.test("a model of another shape: not served, and the log says every difference", async () => {
  const edit = (config: string) =>
    config.replace("dims: [ 3, 224, 224 ]", "dims: [ 3, 256, 256 ]").replace("[ 512 ]", "[ 256 ]")
      .split("model_warmup")[0] ?? "";
  await using pair = await GatewayOnTriton.start({ models: [{ source: "dct_512", edit }] });
  assert.equal((await pair.embed()).status, 503);
  const reasons = pair.gateway.log.map(({ reason }) => String(reason)).join("\n");
  assert.match(reasons, /input image must be FP32 \[-1,3,224,224\]: it is FP32 \[-1,3,256,256\]/);
  assert.match(reasons, /output embedding must be FP32 \[-1,512\]: it is FP32 \[-1,256\]/);
});

Deno.test("another model than the configured one: not served", async () => {
  await using pair = await GatewayOnTriton.start({
    models: [{ source: "dct_512", name: "another" }],
  });
  assert.equal((await pair.embed()).status, 503);
  assert.match(pair.gateway.log.map(({ reason }) => String(reason)).join("\n"), /does not serve/);
});

Deno.test("Triton started again with a model of other embeddings: none is given away, and no probe is needed", async () => {
  await using pair = await GatewayOnTriton.start();
  const { process, repository } = pair.triton;
  assert.equal((await pair.embed()).status, 200);
  await process.stop("SIGKILL");
  await eventually("the gateway notices", async () => (await pair.embed()).status === 503);
  await repository.setScript(MODEL, { reply: "fingerprint" });
  await process.start();
  const isDisproved = () =>
    pair.gateway.log.some(({ detail }) => /Cannot trust model/.test(String(detail)));
  await eventually("the canary fails", async () => {
    const { status, embedding } = await pair.embed();
    assert.deepEqual([status >= 500, embedding], [true, undefined]);
    return isDisproved();
  });
  assert.deepEqual(await pair.embed(), {
    status: 503,
    code: "upstream_unavailable",
    retryAfter: "1",
    embedding: undefined,
  });
  await repository.setScript(MODEL, {});
  await pair.untilServing();
});

Deno.test("a gateway that is ended leaves no region behind, here or in Triton", async () => {
  await using pair = await GatewayOnTriton.start();
  const second = await startGateway({
    GATEWAY_ENGINE: "triton",
    GATEWAY_TRITON_URL: pair.triton.process.grpcUrl,
  });
  assert.equal(gatewayRegions().length, 2);
  await second[Symbol.asyncDispose]();
  assert.equal(gatewayRegions().length, 1);
  assert.equal((await pair.triton.client.memoryRegions(LIMITS)).length, 1);
});

Deno.test("the regions of a gateway that was killed are removed at the next start, in Triton too", async () => {
  await using pair = await GatewayOnTriton.start();
  const { grpcUrl } = pair.triton.process;
  const env = {
    ...{ GATEWAY_ENGINE: "triton", GATEWAY_TRITON_URL: grpcUrl },
    ...{ GATEWAY_ISOLATES: "2", GATEWAY_SLOTS: "64" },
  };
  const killed = await startChild({ env });
  const regionsOf = async (pid: number) =>
    (await pair.triton.client.memoryRegions(LIMITS)).filter(({ name }) =>
      name.includes(`_${pid}_`)
    );
  assert.equal((await regionsOf(killed.process.pid)).length, 2);
  await killed[Symbol.asyncDispose]();
  assert.equal((await regionsOf(killed.process.pid)).length, 2);
  await using next = await startChild({ env });
  assert.equal((await regionsOf(killed.process.pid)).length, 0);
  assert.equal((await regionsOf(next.process.pid)).length, 2);
});

Deno.test("an isolate that died leaves no region to Triton or /dev/shm once it is replaced", async () => {
  await using pair = await GatewayOnTriton.start();
  using workers = recordWorkers();
  await using gateway = await startGateway({
    ...{ GATEWAY_ENGINE: "triton", GATEWAY_TRITON_URL: pair.triton.process.grpcUrl },
    ...{ GATEWAY_ISOLATES: "2" },
  });
  const names = async () =>
    (await pair.triton.client.memoryRegions(LIMITS)).map(({ name }) => name).sort();
  const before = await names();
  // No message of ours: its handler throws, which ends it.
  workers.alive[0]?.worker.postMessage(null);
  await eventually("another region is there", async () => {
    const now = await names();
    return now.length === before.length && now.some((name) => !before.includes(name));
  });
  const files = gatewayRegions();
  const gone = before.filter((name) => !files.includes(name));
  assert.equal(gone.length, 1);
  assert.equal(await status(fetch(`${gateway.url}/readyz`)), 200);
});
