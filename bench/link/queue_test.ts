import assert from "node:assert/strict";
import { LinkQueue } from "./queue.ts";

const WAN = { bytesPerMs: 3750, delayMs: 12.5 };

Deno.test("LinkQueue delivers a small message after the delay and its own transfer", () => {
  const queue = new LinkQueue(WAN);
  assert.equal(queue.arrivalMs(3750, 1000), 1013.5);
});

Deno.test("LinkQueue makes messages of all connections wait for each other", () => {
  const queue = new LinkQueue(WAN);
  queue.arrivalMs(37_500, 1000);
  assert.equal(queue.backlogMs(1000), 10);
  assert.equal(queue.arrivalMs(3750, 1004), 1000 + 10 + 1 + 12.5);
});

Deno.test("LinkQueue keeps to its bandwidth whatever the chunks and however late they are read", () => {
  const queue = new LinkQueue(WAN);
  let arrival = 0;
  let now = 0;
  // The reader comes when the last chunk is gone, up to 3 ms late, but never later than the backlog of two chunks.
  for (let chunk = 0; chunk < 100; chunk++) {
    arrival = queue.arrivalMs(16_384, now);
    now += 16_384 / 3750 - (chunk % 2) + (chunk % 2 === 0 ? 1 : 0);
  }
  const expected = (100 * 16_384) / 3750 + 12.5;
  assert.ok(Math.abs(arrival / expected - 1) < 0.03, `${arrival} of ${expected}`);
});

Deno.test("LinkQueue without a bandwidth only delays", () => {
  const queue = new LinkQueue({ bytesPerMs: Infinity, delayMs: 5 });
  assert.equal(queue.arrivalMs(1e9, 100), 105);
  assert.equal(queue.backlogMs(100), 0);
});
