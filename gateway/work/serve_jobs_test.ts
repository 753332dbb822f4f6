import assert from "node:assert/strict";
import { deathsOf } from "../../testing/apart.ts";
import { rejectedBy } from "../../testing/thrown.ts";
import { createScriptedPool, never } from "../../testing/workers/scripted_pool.ts";

const testDeath = deathsOf(import.meta.url);

testDeath(
  "serveJobs() tells the pool about every worker that is ready, those in dead ones' place included",
  async () => {
    const startsLeft: (number | undefined)[] = [];
    using pool = createScriptedPool({
      starts: 5,
      onReady: (about) => startsLeft.push(about?.startsLeft),
    });
    await pool.started;
    assert.deepEqual(startsLeft, [4]);
    await rejectedBy(pool.run({ kind: "die" }, [], never()));
    await pool.run({ kind: "answer", value: "next" }, [], never());
    assert.deepEqual(startsLeft, [4, 3]);
  },
);

Deno.test("serveJobs() fails a job whose result cannot be sent, and takes the next", async () => {
  let replaced = 0;
  using pool = createScriptedPool({ onReplaced: () => replaced++ });
  const error = await rejectedBy(pool.run({ kind: "unsendable" }, [], never()));
  assert.equal(error.code, "internal");
  assert.match(String(error.cause), /could not be cloned/);
  const next = await pool.run({ kind: "answer", value: "next" }, [], never());
  assert.equal(next.value, "next");
  assert.equal(replaced, 0);
});
