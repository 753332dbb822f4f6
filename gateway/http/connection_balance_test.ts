import assert from "node:assert/strict";
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
