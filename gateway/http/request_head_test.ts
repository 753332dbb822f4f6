/** Framing and hosts, over a socket; `deploy/edge_test.ts` has the same behind Caddy. */
import assert from "node:assert/strict";
import { startGateway } from "../../testing/harness.ts";
import { RawClient } from "../../testing/raw_client.ts";
import { FRAMINGS, send } from "../../testing/request_framings.ts";

Deno.test("no framing makes a body's rest the next request", async (test) => {
  await using gateway = await startGateway();
  for (const framing of FRAMINGS) {
    await test.step(framing.name, async () => {
      assert.deepEqual(await send(gateway.url, framing), framing.gateway);
    });
  }
});

Deno.test("a refused head has the reply, the line of the log and the count of every other error", async () => {
  await using gateway = await startGateway();
  using client = await RawClient.connect(gateway.url);
  await client.send(
    "POST /embed HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  );
  const { status, headers, body } = await client.reply();
  assert.equal(status, 400);
  const { error } = JSON.parse(body);
  assert.equal(error.code, "invalid_request");
  assert.equal(
    error.message,
    "Cannot read request as it has both content-length and transfer-encoding",
  );
  assert.equal(error.request_id, headers.get("x-request-id"));
  const line = gateway.log.at(-1);
  assert.deepEqual([line?.message, line?.code, line?.requestId], [
    "request",
    "invalid_request",
    error.request_id,
  ]);
});
