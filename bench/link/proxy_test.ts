import assert from "node:assert/strict";
import { type Clock, epochMs } from "../../testing/timing/clock.ts";
import { ShapedLink } from "./proxy.ts";

/** Real sockets, but nobody waits: every waiting is written down instead. */
class InstantClock implements Clock {
  readonly waits: number[] = [];

  now(): number {
    return epochMs();
  }

  until(timeMs: number): Promise<void> {
    this.waits.push(timeMs - epochMs());
    return Promise.resolve();
  }
}

async function echoOnce(listener: Deno.TcpListener): Promise<void> {
  using connection = await listener.accept();
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) break;
    let sent = 0;
    while (sent < count) sent += await connection.write(buffer.subarray(sent, count));
  }
}

/** The machine may be busy for a moment between reckoning and waiting. */
function assertNear(waited: number, expected: number): void {
  assert.ok(waited > expected - 20 && waited <= expected, `waited ${waited} of ${expected} ms`);
}

Deno.test("ShapedLink carries bytes unchanged, holds each for delay and transfer, and stamps exchanges", async () => {
  using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const echoed = echoOnce(server);
  const clock = new InstantClock();
  using link = new ShapedLink({ name: "test", rttMs: 100, mbitPerSecond: 8 }, clock);
  const port = link.open({ host: "127.0.0.1", port: server.addr.port });
  const client = await Deno.connect({ hostname: "127.0.0.1", port });
  const sent = crypto.getRandomValues(new Uint8Array(1000));
  await client.write(sent);
  const received = new Uint8Array(1000);
  for (let count = 0; count < 1000;) {
    count += await client.read(received.subarray(count)) ?? assert.fail("ended early");
  }
  assert.deepEqual(received, sent);
  // 100 ms to open the connection, then 1 ms for 1000 bytes at 8 Mbit/s and 50 ms of delay, each way.
  const [open = 0, up = 0, down = 0] = clock.waits;
  assertNear(open, 100);
  assertNear(up, 51);
  assertNear(down, 51);
  client.closeWrite();
  assert.equal(await client.read(received), null);
  client.close();
  await echoed;
  const { bytesUp, bytesDown, exchanges } = link.traffic();
  assert.deepEqual([bytesUp, bytesDown, exchanges.length], [1000, 1000, 1]);
  link.reset();
  assert.equal(link.traffic().bytesUp, 0);
});
