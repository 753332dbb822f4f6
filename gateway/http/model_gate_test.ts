/** How much of a model is in work beside another one. */
import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { createAdmission, enter, flood } from "../../testing/model_floods.ts";
import { thrownBy } from "../../testing/thrown.ts";

Deno.test("a model that hangs lowers its own limit, and not that of another one", async () => {
  using clock = stopTime();
  const admission = createAdmission();
  for (let round = 0; round < 20; round++) {
    const permits = Array.from({ length: 4 }, () => enter(admission, "a", { inputs: 1 }));
    await clock.tick(10_000);
    for (const permit of permits) permit[Symbol.dispose]();
  }
  await clock.tick(60_000);
  assert.equal(flood(admission, "a").length, 16);
  assert.ok(!admission.isFullFor("client"));
  assert.equal(flood(admission, "b").length, 32);
});

Deno.test("a model shares its limit with another one that is asked, and has it again once that is not", async () => {
  using clock = stopTime();
  const admission = createAdmission();
  const before = flood(admission, "a");
  assert.equal(before.length, 64);
  const other = flood(admission, "b");
  assert.equal(other.length, 32);
  for (const permit of before) permit[Symbol.dispose]();
  const shared = flood(admission, "a");
  assert.equal(shared.length, 32);
  for (const permit of [...other, ...shared]) permit[Symbol.dispose]();
  await clock.tick(11_000);
  assert.equal(flood(admission, "a").length, 64);
});

Deno.test("the door is shut once every model has as much in work as it may, and not for bodies on their way", () => {
  const admission = createAdmission();
  flood(admission, "a");
  const arriving = Array.from({ length: 100 }, () => admission.admit("client"));
  assert.ok(!admission.isFullFor("client"));
  for (const permit of arriving) permit[Symbol.dispose]();
  flood(admission, "b");
  assert.ok(admission.isFullFor("client"));
  assert.equal(thrownBy(() => admission.admit("client")).code, "overloaded");
});
