/** A gateway of two isolates, as its clients and operators see it. */
import assert from "node:assert/strict";
import { stopTime } from "../testing/fake_clock.ts";
import { startGateway, testFile, type TestGateway } from "../testing/harness.ts";
import { testLinux } from "../testing/platform_tests.ts";
import { embedHead, RawClient } from "../testing/raw_client.ts";
import { status } from "../testing/requests.ts";
import { until } from "../testing/until.ts";

const CAT = await testFile("photos/cat.jpg");
const LARGE = await testFile("goldens/inputs/rgb_420_640x480.jpg");
const TWO = { GATEWAY_ISOLATES: "2", GATEWAY_SLOTS: "64" };

/** Connections of their own, so that the kernel has something to spread. */
async function embed(gateway: TestGateway, photo: Uint8Array<ArrayBuffer>): Promise<string> {
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const headers = { "content-type": "image/jpeg", accept: "application/octet-stream" };
  const init = { method: "POST", headers, body: photo, client };
  const response = await fetch(`${gateway.url}/embed`, init);
  assert.equal(response.status, 200);
  return (await response.bytes()).toHex();
}

const embedAll = (gateway: TestGateway, count: number, photo = CAT) =>
  Promise.all(Array.from({ length: count }, () => embed(gateway, photo)));

testLinux(
  "isolates give the bits that one gives, small photos and large ones, alone and together",
  async () => {
    await using one = await startGateway();
    await using two = await startGateway(TWO);
    for (const photo of [CAT, LARGE]) {
      const expected = await embed(one, photo);
      assert.deepEqual(new Set(await embedAll(two, 12, photo)), new Set([expected]));
    }
  },
);

testLinux("isolates share a port and count in one text of metrics, whoever is asked", async () => {
  await using gateway = await startGateway(TWO);
  await embedAll(gateway, 12);
  for (let asked = 0; asked < 4; asked++) {
    const metrics = await gateway.metrics();
    const good = 'gateway_requests_total{model="dct_512",route="/embed",code="ok"}';
    assert.equal(metrics.get(good), 12);
    assert.equal(metrics.get('gateway_slots_inputs{model="dct_512"}'), 64);
    assert.equal(metrics.get("gateway_inflight_requests"), 0);
    assert.equal(metrics.get('gateway_ready{model="dct_512"}'), 1);
  }
});

testLinux("isolates are ready together, and drain together", async () => {
  // Of this thread alone: isolates have clocks of their own.
  using clock = stopTime();
  await using gateway = await startGateway({ ...TWO, GATEWAY_DRAIN_DELAY_MS: "8000" });
  assert.equal(await status(fetch(`${gateway.url}/readyz`)), 200);
  using client = await RawClient.connect(gateway.url);
  await client.send(embedHead(`content-length: ${CAT.length}`), CAT.subarray(0, 100));
  const drained = gateway.drain("SIGTERM");
  await until("it is not ready any more", async () => {
    return await status(fetch(`${gateway.url}/readyz`)) === 503;
  });
  await client.send(CAT.subarray(100));
  assert.equal((await client.reply()).status, 200);
  await clock.tick(8_000);
  assert.equal(await drained, true);
  assert.deepEqual(gateway.log.slice(-2).map(({ message }) => message), ["draining", "stopped"]);
});

testLinux(
  "isolates drain without losing a reply of clients that keep their connections",
  async () => {
    const gateway = await startGateway(TWO);
    await using _ = gateway;
    const head = embedHead(`content-length: ${CAT.length}`);
    let replies = 0;
    /** Sends photo after photo until nobody listens any more. */
    const client = async () => {
      for (;;) {
        const connection = await RawClient.connect(gateway.url).catch((cause) => cause);
        if (connection instanceof Deno.errors.ConnectionRefused) return;
        using open = connection;
        for (let isKept = true; isKept; replies++) {
          await open.send(head, CAT);
          const { status, headers } = await open.reply();
          assert.equal(status, 200);
          isKept = headers.get("connection") !== "close";
        }
      }
    };
    const clients = Array.from({ length: 16 }, client);
    await until("all of them are at it", () => replies > 64);
    assert.equal(await gateway.drain("SIGTERM"), true);
    await Promise.all(clients);
  },
);

testLinux("isolates that were disposed of have freed their port", async () => {
  const gateway = await startGateway(TWO);
  const { port } = new URL(gateway.url);
  await gateway[Symbol.asyncDispose]();
  await using again = await startGateway({ ...TWO, GATEWAY_PORT: port });
  assert.equal(await status(fetch(`${again.url}/livez`)), 200);
});

testLinux("isolates listen on no port that somebody else has", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String(taken.addr.port);
  await assert.rejects(startGateway({ ...TWO, GATEWAY_PORT: port }), { name: "ListenError" });
});
