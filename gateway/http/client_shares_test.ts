import assert from "node:assert/strict";
import { ClientShares } from "./client_shares.ts";

Deno.test("ClientShares counts a client's permits together, and forgets it after the last one", () => {
  const shares = new ClientShares();
  const held = shares.enter("one");
  assert.equal(shares.enter("one"), held);
  shares.enter("other").working = 3;
  held.working = 2;
  assert.deepEqual([shares.size, shares.working("one"), shares.working("other")], [2, 2, 3]);
  shares.leave("one", held);
  assert.ok(shares.has("one"));
  shares.leave("one", held);
  assert.ok(!shares.has("one"));
  assert.deepEqual([shares.size, shares.working("one")], [1, 0]);
  assert.notEqual(shares.enter("one"), held);
});
