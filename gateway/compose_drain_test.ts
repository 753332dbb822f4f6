/** How a composed gateway ends. */
import assert from "node:assert/strict";
import { type FakeClock, stopTime } from "../testing/fake_clock.ts";
import { startGateway, testFile } from "../testing/harness.ts";
import { embedHead, isServed, RawClient } from "../testing/raw_client.ts";
import { postJpeg, status } from "../testing/requests.ts";

const CAT = await testFile("photos/cat.jpg");

/** Quiet for a tenth of a second, then the socket's turn. */
async function close(clock: FakeClock): Promise<void> {
  await clock.tick(100);
  await clock.tick(1);
}

Deno.test("a disposed gateway frees its port", async () => {
  const gateway = await startGateway();
  const port = new URL(gateway.url).port;
  await gateway[Symbol.asyncDispose]();
  await using again = await startGateway({ GATEWAY_PORT: port });
  assert.equal(await status(fetch(`${again.url}/livez`)), 200);
});

Deno.test("drain() answers what is in flight and refuses what is new", async () => {
  await using gateway = await startGateway();
  using client = await RawClient.connect(gateway.url);
  await client.send(embedHead(`content-length: ${CAT.length}\r\nexpect: 100-continue`));
  assert.equal((await client.reply()).status, 100);
  await client.send(CAT.subarray(0, 100));
  const drained = gateway.drain("SIGTERM");
  while (await isServed(gateway.url));
  await client.send(CAT.subarray(100));
  const { status, headers } = await client.reply();
  assert.deepEqual([status, headers.get("connection")], [200, "close"]);
  assert.equal(await client.ended(), true);
  assert.equal(await drained, true);
  const [draining, stopped] = gateway.log.filter(({ message }) =>
    message === "draining" || message === "stopped"
  );
  assert.equal(draining?.signal, "SIGTERM");
  assert.equal(stopped?.isClean, true);
});

Deno.test("drain() answers what comes on a kept connection once it has begun, and ends the connection", async () => {
  await using gateway = await startGateway({ GATEWAY_DRAIN_DELAY_MS: "8000" });
  using client = await RawClient.connect(gateway.url);
  const embed = () => client.send(embedHead(`content-length: ${CAT.length}`), CAT);
  using clock = stopTime();
  await embed();
  assert.equal((await client.reply()).headers.get("connection"), null);
  const drained = gateway.drain("SIGTERM");
  await embed();
  const { status, headers } = await client.reply();
  assert.deepEqual([status, headers.get("connection")], [200, "close"]);
  assert.equal(await client.ended(), true);
  await clock.tick(8_000);
  await close(clock);
  assert.equal(await drained, true);
});

Deno.test("drain() does not call clean what closed while requests still came", async () => {
  await using gateway = await startGateway();
  using stack = new DisposableStack();
  const answered = () => gateway.log.filter(({ message }) => message === "request").length;
  {
    using clock = stopTime();
    const drained = gateway.drain("SIGTERM");
    await clock.tick(0);
    const before = answered();
    // A second, and one more.
    for (let count = 1; count <= 21; count++) {
      const client = stack.use(await RawClient.connect(gateway.url));
      await client.send("GET /livez HTTP/1.1\r\nhost: gateway\r\n\r\n");
      // Time stands still, and the event loop turns.
      while (answered() < before + count) await Deno.stat(".");
      await clock.tick(50);
    }
    await clock.tick(1);
    assert.equal(await drained, false);
  }
  assert.equal(gateway.log.at(-1)?.isClean, false);
});

Deno.test("drain() says not ready and goes on serving until its delay is over", async () => {
  await using gateway = await startGateway({ GATEWAY_DRAIN_DELAY_MS: "8000" });
  using clock = stopTime();
  const drained = gateway.drain("SIGTERM");
  const response = await fetch(`${gateway.url}/readyz`);
  assert.equal(response.status, 503);
  assert.deepEqual(await response.json(), { status: "not_ready", reason: "draining" });
  assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(CAT))), 200);
  await clock.tick(7_999);
  assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(CAT))), 200);
  await clock.tick(1);
  await close(clock);
  assert.equal(await drained, true);
  assert.equal(await isServed(gateway.url), false);
});

Deno.test("drain() answers a body that is on its way for too long, and is clean", async () => {
  await using gateway = await startGateway({ GATEWAY_DRAIN_TIMEOUT_MS: "6000" });
  using client = await RawClient.connect(gateway.url);
  using clock = stopTime();
  await client.send(embedHead(`content-length: ${CAT.length}\r\nexpect: 100-continue`));
  assert.equal((await client.reply()).status, 100);
  await client.send(CAT.subarray(0, 100));
  const drained = gateway.drain("SIGTERM");
  await clock.tick(0);
  await close(clock);
  // Half of the time, and some for the rest of the body. At the end of all this, any gateway would answer it with 408.
  await clock.tick(5_000);
  await clock.tick(500);
  const { status, headers, body } = await client.reply();
  assert.deepEqual([status, JSON.parse(body).error.code], [503, "draining"]);
  assert.equal(headers.get("connection"), "close");
  client.close();
  assert.equal(await drained, true);
});

Deno.test("drain() is not held by a client that never ends its body", async () => {
  await using gateway = await startGateway({ GATEWAY_DRAIN_TIMEOUT_MS: "9000" });
  using client = await RawClient.connect(gateway.url);
  await client.send(embedHead(`content-length: ${CAT.length}`), CAT.subarray(0, 100));
  while ((await gateway.metrics()).get("gateway_inflight_requests") !== 1);
  {
    using clock = stopTime();
    const drained = gateway.drain("SIGTERM");
    await clock.tick(0);
    await clock.tick(100);
    await clock.tick(8900);
    assert.equal(await drained, false);
  }
  client.close();
  assert.equal(await gateway.drain("again"), true);
  const stops = gateway.log.filter(({ message }) => message === "stopped");
  assert.deepEqual(stops.map(({ isClean }) => isClean), [false, true]);
});
