/** Clients that leave, over real sockets: whatever stage they leave at, nothing of theirs stays behind. */
import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../../testing/app_harness.ts";
import { FAKE_DIM, FakeEngine } from "../../testing/fake_engine.ts";
import { createGatedPool } from "../../testing/gated_pool.ts";
import { testFile } from "../../testing/harness.ts";
import { embedHead, RawClient } from "../../testing/raw_client.ts";
import { until } from "../../testing/until.ts";
import { Listener } from "./listener.ts";

const PHOTO = await testFile("goldens/inputs/exif_6_ii_190x121.jpg");
const LENGTH = `content-length: ${PHOTO.length}`;
const BATCH = JSON.stringify({ images: [PHOTO, PHOTO, PHOTO].map((photo) => photo.toBase64()) });

function listen(app: TestApp): Listener {
  return new Listener({
    host: "127.0.0.1",
    port: 0,
    fetch: app.fetch,
    onFailure: (cause) => {
      throw cause;
    },
  });
}

async function assertIdle(app: TestApp): Promise<void> {
  await until("slots are back", () => app.engine.slots.inUse === 0);
  assert.deepEqual(app.admission.usage, { requests: 0, bytes: 0, pixels: 0, inputs: 0, memory: 0 });
}

async function assertServed(listener: Listener): Promise<void> {
  using client = await RawClient.connect(listener.url);
  await client.send(embedHead(LENGTH), PHOTO);
  assert.equal((await client.reply()).status, 200);
}

for (
  const [framing, part, code] of [
    [LENGTH, PHOTO.subarray(0, 100), "client_closed"],
    // A chunked body that ends early may as well be malformed.
    ["transfer-encoding: chunked", "4\r\nabcd\r\n", "invalid_body"],
  ] as const
) {
  Deno.test(`a client that leaves in a body of ${framing.split(":")[0]} gives its permit back`, async () => {
    await using app = await createTestApp({ engine: new FakeEngine() });
    const listener = listen(app);
    const client = await RawClient.connect(listener.url);
    await client.send(embedHead(framing), part);
    await until("the client is admitted", () => app.admission.usage.requests === 1);
    client.close();
    await until("the request is reported", () => app.telemetry.requests.length === 1);
    assert.deepEqual(app.telemetry.codes, [code]);
    await assertIdle(app);
    await assertServed(listener);
    assert.equal(await listener.close(5000), true);
  });
}

Deno.test("a client that leaves while its images are queued takes them out of the queue", async () => {
  using gated = await createGatedPool();
  await using app = await createTestApp({ engine: new FakeEngine(), workers: gated.pool });
  const listener = listen(app);
  using busy = await RawClient.connect(listener.url);
  await busy.send(embedHead(LENGTH), PHOTO);
  await until("the worker is busy", () => app.engine.slots.inUse === 1);

  const client = await RawClient.connect(listener.url);
  const json = `POST /embed HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n`;
  await client.send(`${json}content-length: ${BATCH.length}\r\n\r\n`, BATCH);
  await until("three images wait", () => gated.pool.queued === 3);
  assert.equal(app.engine.slots.inUse, 4);
  assert.equal(app.admission.usage.requests, 2);

  client.close();
  await until("the request is reported", () => app.telemetry.requests.length === 1);
  assert.deepEqual(app.telemetry.codes, ["client_closed"]);
  assert.equal(gated.pool.queued, 0);
  await until("its slots are back", () => app.engine.slots.inUse === 1);
  assert.deepEqual(app.admission.usage.requests, 1);

  gated.open();
  assert.equal((await busy.reply()).status, 200);
  await assertIdle(app);
  assert.equal(await listener.close(5000), true);
});

Deno.test("a client that leaves while its image is decoded gives its slot back only behind the worker", async () => {
  using gated = await createGatedPool();
  await using app = await createTestApp({ engine: new FakeEngine(), workers: gated.pool });
  const listener = listen(app);
  const client = await RawClient.connect(listener.url);
  await client.send(embedHead(LENGTH), PHOTO);
  await until("the worker is busy", () => app.engine.slots.inUse === 1);
  client.close();
  await until("the request is reported", () => app.telemetry.requests.length === 1);
  assert.deepEqual(app.telemetry.codes, ["client_closed"]);
  assert.equal(app.admission.usage.requests, 0);
  assert.equal(app.engine.slots.inUse, 1);
  gated.open();
  await assertIdle(app);
  await assertServed(listener);
  assert.equal(await listener.close(5000), true);
});

Deno.test("a client that leaves while the model runs gives its slot back at once", async () => {
  const engine = new FakeEngine();
  const finished = Promise.withResolvers<Float32Array>();
  engine.script.push(() => finished.promise);
  await using app = await createTestApp({ engine });
  const listener = listen(app);
  const client = await RawClient.connect(listener.url);
  await client.send(embedHead(LENGTH), PHOTO);
  await until("the model runs", () => engine.inferences.length === 1);
  client.close();
  await until("the request is reported", () => app.telemetry.requests.length === 1);
  assert.deepEqual(app.telemetry.codes, ["client_closed"]);
  await assertIdle(app);
  finished.resolve(new Float32Array(FAKE_DIM).fill(1));
  assert.equal(app.successes(), 0);
  await assertServed(listener);
  assert.equal(await listener.close(5000), true);
});

Deno.test("many clients that leave at once leave nothing behind, and their neighbours are served", async () => {
  await using app = await createTestApp();
  const listener = listen(app);
  using neighbour = await RawClient.connect(listener.url);
  await neighbour.send(embedHead(LENGTH), PHOTO);
  const expected = (await neighbour.reply()).body;
  for (let round = 0; round < 5; round++) {
    const clients = await Promise.all(
      Array.from({ length: 10 }, () => RawClient.connect(listener.url)),
    );
    await Promise.all(clients.map((client, index) => {
      const part = index % 2 === 0 ? PHOTO : PHOTO.subarray(0, 500);
      return client.send(embedHead(LENGTH), part);
    }));
    const reply = neighbour.send(embedHead(LENGTH), PHOTO).then(() => neighbour.reply());
    for (const client of clients) client.close();
    assert.equal((await reply).body, expected);
  }
  await until("everybody is gone", () => app.admission.usage.requests === 0);
  await assertIdle(app);
  assert.deepEqual(
    [...new Set(app.telemetry.codes)].filter((code) => code !== "ok" && code !== "client_closed"),
    [],
  );
  assert.equal(await listener.close(5000), true);
});
