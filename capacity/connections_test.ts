import assert from "node:assert/strict";
import { usableShare } from "./connections.ts";

Deno.test("usableShare() of 2 connections on 2 pods: together half of the time", () => {
  // Apart in half of the deals: all of both pods; else one pod of two.
  assert.equal(usableShare(2, 2, 0.49), 1);
  assert.equal(usableShare(2, 2, 0.51), 0.5);
});

Deno.test("usableShare() of 8 connections on 4 pods is 67 % in the middle, and grows with connections", () => {
  assert.equal(usableShare(8, 4, 0.5), 2 / 3);
  // None has more than 2 in 8!/(2!^4)/4^8 = 3.8 % of deals.
  assert.equal(usableShare(8, 4, 0.038), 1);
  assert.equal(usableShare(8, 4, 0.039), 2 / 3);
  const shares = [8, 16, 64, 256].map((connections) => usableShare(connections, 4, 0.95));
  assert.deepEqual(shares, shares.toSorted());
  assert.equal(usableShare(5, 1, 0.99), 1);
});
