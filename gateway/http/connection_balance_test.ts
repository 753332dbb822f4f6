import assert from "node:assert/strict";
import { createTestApp } from "../../testing/app_harness.ts";
import { FAKE_DIM, FakeEngine } from "../../testing/fake_engine.ts";
import { decodeLevel, photo } from "../../testing/level_photos.ts";
import { postJpeg } from "../../testing/requests.ts";
import { ConnectionBalance, type Load } from "./connection_balance.ts";

/** Closed connections among `count` replies under one load. */
function closed(load: Load, count: number, balance = new ConnectionBalance()): number {
  return Array.from({ length: count }, () => balance.shouldClose(load)).filter(Boolean).length;
}

for (
  const [load, isCrowded] of [
    [{ own: 2, leastOther: 0 }, true],
    [{ own: 4, leastOther: 1 }, true],
    [{ own: 12, leastOther: 4 }, true],
    [{ own: 1, leastOther: 0 }, false],
    [{ own: 3, leastOther: 1 }, false],
    [{ own: 9, leastOther: 7 }, false],
    [{ own: 4, leastOther: 12 }, false],
    [{ own: 200, leastOther: Infinity }, false],
  ] as const
) {
  const { own, leastOther } = load;
  Deno.test(`ConnectionBalance lets ${isCrowded ? "one in 32 connections" : "none"} go at ${own} beside ${leastOther}`, () => {
    assert.equal(closed(load, 31), 0);
    assert.equal(closed(load, 96), isCrowded ? 3 : 0);
  });
}

Deno.test("ConnectionBalance weighs replies against each other, so that chance alone moves nothing", () => {
  const balance = new ConnectionBalance();
  for (let round = 0; round < 100; round++) {
    assert.equal(closed({ own: 2, leastOther: 0 }, 20, balance), 0);
    assert.equal(closed({ own: 1, leastOther: 0 }, 60, balance), 0);
  }
  assert.equal(closed({ own: 2, leastOther: 0 }, 31, balance), 0);
  assert.equal(closed({ own: 1, leastOther: 0 }, 1, balance), 0);
  assert.equal(closed({ own: 2, leastOther: 0 }, 2, balance), 1);
});

Deno.test("POST /embed closes the connection of the reply that ConnectionBalance picks, and no other", async () => {
  await using app = await createTestApp({
    engine: new FakeEngine({ inputByteLength: FAKE_DIM * 4 }),
    workers: { run: (job) => Promise.try(decodeLevel, job) },
  });
  Object.defineProperty(app.admission, "load", { value: { own: 9, leastOther: 0 } });
  const closed: number[] = [];
  for (let reply = 1; reply <= 40; reply++) {
    const { status, headers } = await app.request("/embed", postJpeg(photo(1)));
    assert.equal(status, 200);
    if (headers.get("connection") === "close") closed.push(reply);
  }
  assert.deepEqual(closed, [32]);
});
