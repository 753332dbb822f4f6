import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { ClientShares } from "./client_shares.ts";

Deno.test("ClientShares counts a client's permits together, and forgets it after the last one", () => {
  const shares = new ClientShares();
  const held = shares.enter("one");
  assert.equal(shares.enter("one"), held);
  shares.enter("other").working = 3;
  held.working = 2;
  assert.deepEqual([shares.size, shares.working("one"), shares.working("other")], [2, 2, 3]);
  shares.leave("one", held);
  assert.equal(shares.size, 2);
  shares.leave("one", held);
  assert.deepEqual([shares.size, shares.working("one")], [1, 0]);
  assert.notEqual(shares.enter("one"), held);
});

Deno.test("ClientShares counts requests in flight, in work or not", () => {
  const shares = new ClientShares();
  const held = shares.enter("one");
  shares.enter("one");
  held.slow = 1;
  held.working = 1;
  assert.deepEqual([shares.inFlight("one"), shares.inFlight("other")], [2, 0]);
});

Deno.test("ClientShares counts those who were refused among those who want room, for some seconds", async () => {
  using clock = stopTime();
  const shares = new ClientShares();
  shares.enter("greedy");
  assert.deepEqual([shares.contenders("greedy"), shares.contenders("modest")], [1, 2]);
  shares.refuse("greedy");
  shares.refuse("modest");
  assert.deepEqual([shares.contenders("greedy"), shares.contenders("modest")], [2, 2]);
  const held = shares.enter("modest");
  assert.equal(shares.contenders("greedy"), 2);
  shares.leave("modest", held);
  assert.equal(shares.contenders("greedy"), 1);
  shares.refuse("modest");
  await clock.tick(8_001);
  shares.refuse("other");
  assert.equal(shares.contenders("greedy"), 2);
});

Deno.test("ClientShares remembers no more of the refused than there is room for", () => {
  const shares = new ClientShares();
  for (let client = 0; client < 5000; client++) shares.refuse(`${client}`);
  assert.equal(shares.contenders("0"), 1024);
});

Deno.test("ClientShares.hasOthers() is true for a minute after somebody else came", async () => {
  using clock = stopTime();
  const shares = new ClientShares();
  assert.ok(!shares.hasOthers("one"));
  shares.leave("one", shares.enter("one"));
  assert.deepEqual([shares.hasOthers("one"), shares.hasOthers("other")], [false, true]);
  await clock.tick(1000);
  shares.leave("other", shares.enter("other"));
  shares.leave("other", shares.enter("other"));
  assert.deepEqual([shares.hasOthers("one"), shares.hasOthers("other")], [true, true]);
  await clock.tick(59_000);
  assert.deepEqual([shares.hasOthers("one"), shares.hasOthers("other")], [true, false]);
});
