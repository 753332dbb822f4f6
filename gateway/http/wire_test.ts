/** What only a socket shows: bodies that stop, framing that breaks, replies before the body, kept connections. */
import assert from "node:assert/strict";
import { startGateway, testFile, type TestGateway } from "../../testing/harness.ts";
import { embedHead, RawClient } from "../../testing/raw_client.ts";
import { until } from "../../testing/until.ts";

const CAT = await testFile("photos/cat.jpg");
const MIB = 1024 * 1024;
const LENGTH = `content-length: ${CAT.length}`;

/** Photos of the given size: what follows the end of the image does not change it. */
function padded(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  bytes.set(CAT);
  return bytes;
}

/** Codes of the embed requests in the log, `ok` for good ones. */
const codes = ({ log }: TestGateway) =>
  log.filter(({ message, route }) => message === "request" && route === "/embed")
    .map(({ code }) => code ?? "ok");

/** Nobody is left behind. */
async function assertIdle(gateway: TestGateway): Promise<void> {
  const metrics = await gateway.metrics();
  for (
    const gauge of [
      "gateway_inflight_requests",
      "gateway_inflight_body_bytes",
      "gateway_inflight_pixels",
      'gateway_slots_in_use_inputs{model="dct_512"}',
      'gateway_queued_images{model="dct_512"}',
    ]
  ) assert.equal(metrics.get(gauge), 0, gauge);
}

Deno.test("POST /embed answers 408 and closes when a body never ends", async () => {
  await using gateway = await startGateway({ GATEWAY_BODY_TIMEOUT_MS: "20" });
  for (const framing of [LENGTH, "transfer-encoding: chunked"]) {
    using client = await RawClient.connect(gateway.url);
    await client.send(embedHead(framing), "3\r\nabc\r\n");
    const reply = await client.reply();
    assert.equal(reply.status, 408);
    assert.equal(reply.headers.get("connection"), "close");
    const { error } = JSON.parse(reply.body);
    assert.equal(error.code, "body_timeout");
    assert.equal(
      error.message,
      "Cannot read body as the milliseconds without any of it must be ≤ 20",
    );
    await assertIdle(gateway);
  }
});

Deno.test("POST /embed gives up one of two bodies that stall while both use up the room", async () => {
  await using gateway = await startGateway({
    GATEWAY_IMAGE_BYTES_MAX: "30000",
    GATEWAY_BODY_BYTES_MAX: "41024",
    GATEWAY_INFLIGHT_BYTES_MAX: "41024",
  });
  using one = await RawClient.connect(gateway.url);
  using other = await RawClient.connect(gateway.url);
  for (const client of [one, other]) {
    await client.send(embedHead("content-length: 30000"), new Uint8Array(20_000));
  }
  const replies = [one, other].map((client) => client.reply());
  const { status, body } = await Promise.race(replies);
  assert.equal(status, 408);
  assert.match(JSON.parse(body).error.message, /the room for bodies is used up$/);
  one.close();
  other.close();
  await Promise.allSettled(replies);
});

for (
  const [what, chunks] of [
    ["no number", "3\r\nabc\r\nZZ\r\n"],
    ["no number in the first place", "ZZ\r\nabc\r\n0\r\n\r\n"],
    ["no size", "\r\nabc\r\n0\r\n\r\n"],
    ["a length that is not kept", "3\r\nabcdef\r\n0\r\n\r\n"],
    ["an absurd length", "fffffffffffffffff\r\nabc"],
  ] as const
) {
  Deno.test(`POST /embed answers 400 to chunks with ${what}`, async () => {
    await using gateway = await startGateway();
    using client = await RawClient.connect(gateway.url);
    await client.send(embedHead("transfer-encoding: chunked"), chunks);
    const reply = await client.reply();
    assert.equal(reply.status, 400);
    const { error } = JSON.parse(reply.body);
    assert.equal(error.code, "invalid_body");
    assert.match(error.message, /its chunks are malformed, or end before the last one$/);
    assert.equal(await client.ended(), true);
    await assertIdle(gateway);
  });
}

Deno.test("POST /embed says that chunks without a byte are empty", async () => {
  await using gateway = await startGateway();
  using client = await RawClient.connect(gateway.url);
  await client.send(embedHead("transfer-encoding: chunked"), "0\r\n\r\n");
  const { error } = JSON.parse((await client.reply()).body);
  assert.equal(error.message, "Cannot embed: the body is empty");
});

Deno.test("POST /embed reads a chunked body as it reads one of declared length, and ends its connection", async () => {
  await using gateway = await startGateway();
  using client = await RawClient.connect(gateway.url);
  using other = await RawClient.connect(gateway.url);
  const chunks = [CAT.subarray(0, 10_000), CAT.subarray(10_000)].flatMap((chunk) => [
    `${chunk.length.toString(16)}\r\n`,
    chunk,
    "\r\n",
  ]);
  await client.send(embedHead("transfer-encoding: chunked"), ...chunks, "0\r\n\r\n");
  const chunked = await client.reply();
  assert.deepEqual([chunked.status, chunked.headers.get("connection")], [200, "close"]);
  assert.equal(await client.ended(), true);
  await other.send(embedHead(LENGTH), CAT);
  assert.equal((await other.reply()).body, chunked.body);
});

for (
  const [status, code, env, headers] of [
    [413, "body_too_large", {}, `content-length: ${40 * MIB}`],
    [429, "overloaded", { GATEWAY_INFLIGHT_REQUESTS_MAX: "1" }, `content-length: ${2 * MIB}`],
  ] as const
) {
  Deno.test(`POST /embed answers ${status} readably to a client that first writes 1 MiB`, async () => {
    await using gateway = await startGateway(env);
    using other = await RawClient.connect(gateway.url);
    await other.send(embedHead(LENGTH), CAT.subarray(0, 100));
    await waitFor(gateway, "gateway_inflight_requests", 1);

    using client = await RawClient.connect(gateway.url);
    await client.send(embedHead(headers), new Uint8Array(MIB), "x");
    const reply = await client.reply();
    assert.equal(reply.status, status);
    assert.equal(reply.headers.get("connection"), "close");
    assert.equal(JSON.parse(reply.body).error.code, code);
    assert.equal(await client.ended(), true);

    await other.send(CAT.subarray(100));
    assert.equal((await other.reply()).status, 200);
    await assertIdle(gateway);
  });
}

Deno.test("POST /embed keeps the connection when it refuses a body that it used up", async () => {
  await using gateway = await startGateway();
  using client = await RawClient.connect(gateway.url);
  await client.send(embedHead(LENGTH, "content-encoding: gzip"), CAT);
  const refused = await client.reply();
  assert.equal(refused.status, 415);
  assert.equal(refused.headers.get("connection"), null);
  await client.send(embedHead(LENGTH), CAT);
  assert.equal((await client.reply()).status, 200);
});

Deno.test("POST /embed says 100 Continue to a client that waits for it, then answers", async () => {
  await using gateway = await startGateway();
  using client = await RawClient.connect(gateway.url);
  await client.send(embedHead(LENGTH, "expect: 100-continue"));
  assert.equal((await client.reply()).status, 100);
  await client.send(CAT);
  assert.equal((await client.reply()).status, 200);
});

Deno.test("POST /embed refuses a client that waits for 100 Continue without asking for its body", async () => {
  await using gateway = await startGateway();
  for (
    const [headers, status] of [
      [[`content-length: ${40 * MIB}`], 413],
      [[LENGTH, "content-encoding: gzip"], 415],
    ] as const
  ) {
    using client = await RawClient.connect(gateway.url);
    await client.send(embedHead("expect: 100-continue", ...headers));
    const reply = await client.reply();
    assert.equal(reply.status, status);
    assert.equal(reply.headers.get("connection"), "close");
    assert.equal(await client.ended(), true);
  }
});

Deno.test("a kept connection survives ten POSTs of 100 KB, good and bad", async () => {
  await using gateway = await startGateway();
  using client = await RawClient.connect(gateway.url);
  const body = padded(100_000);
  for (let round = 0; round < 10; round++) {
    const isGood = round % 3 !== 2;
    await client.send(embedHead("content-length: 100000"), isGood ? body : new Uint8Array(100_000));
    const reply = await client.reply();
    assert.equal(reply.status, isGood ? 200 : 415);
    assert.equal(reply.headers.get("connection"), null);
  }
  assert.equal(codes(gateway).length, 10);
  await assertIdle(gateway);
});

Deno.test("POST /embed tells photos from JSON by their bytes where no type is named", async () => {
  await using gateway = await startGateway();
  using client = await RawClient.connect(gateway.url);
  const replies: string[] = [];
  for (const body of [CAT, `{"image":"${CAT.toBase64()}"}`]) {
    const head = `POST /embed HTTP/1.1\r\nhost: gateway\r\ncontent-length: ${body.length}\r\n\r\n`;
    await client.send(head, body);
    const reply = await client.reply();
    assert.equal(reply.status, 200, reply.body);
    replies.push(reply.body);
  }
  assert.equal(replies[1], replies[0]);
});

Deno.test("two requests in one write are answered in order", async () => {
  await using gateway = await startGateway();
  using client = await RawClient.connect(gateway.url);
  await client.send(
    embedHead(LENGTH, "x-request-id: first"),
    CAT,
    "GET /livez HTTP/1.1\r\nhost: gateway\r\nx-request-id: second\r\n\r\n",
  );
  assert.equal((await client.reply()).headers.get("x-request-id"), "first");
  assert.equal((await client.reply()).headers.get("x-request-id"), "second");
});

Deno.test("a client that stops sending in its body and listens sees 400, never 499", async () => {
  await using gateway = await startGateway();
  for (
    const [framing, part] of [
      [LENGTH, new Uint8Array()],
      [LENGTH, CAT.subarray(0, 1000)],
      [LENGTH, CAT.subarray(0, -1)],
      ["transfer-encoding: chunked", "3\r\nabc\r\n"],
    ] as const
  ) {
    using client = await RawClient.connect(gateway.url);
    await client.send(embedHead(framing), part);
    await client.closeWrite();
    const { status, headers, body } = await client.reply();
    assert.deepEqual([status, JSON.parse(body).error.code], [400, "invalid_body"]);
    assert.equal(headers.get("connection"), "close");
  }
  const { log } = gateway;
  const lines = log.filter(({ message }) => message === "request");
  assert.deepEqual(lines.map(({ status, code }) => [status, code]), [
    ...Array(3).fill([499, "client_closed"]),
    [400, "invalid_body"],
  ]);
  await assertIdle(gateway);
});

Deno.test("a client that leaves in its body is counted as client_closed", async () => {
  await using gateway = await startGateway();
  const client = await RawClient.connect(gateway.url);
  await client.send(embedHead(LENGTH), CAT.subarray(0, 1000));
  await waitFor(gateway, "gateway_inflight_requests", 1);
  client.close();
  await until("the request is reported", () => codes(gateway).length > 0);
  assert.deepEqual(codes(gateway), ["client_closed"]);
  await assertIdle(gateway);
});

/** Waits until a gauge has a value; scraping goes past admission. */
async function waitFor(gateway: TestGateway, gauge: string, value: number): Promise<void> {
  while ((await gateway.metrics()).get(gauge) !== value) await Promise.resolve();
}
