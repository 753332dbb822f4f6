import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { askedOnce } from "./asked_once.ts";

Deno.test("askedOnce() has all who ask meanwhile share an answer, and asks again for the next", async () => {
  let asked = 0;
  const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const ask = askedOnce(() => (answers[asked++] as typeof answers[0]).promise);
  const first = Array.from({ length: 1000 }, () => ask());
  answers[0]?.resolve("one");
  assert.deepEqual([...new Set(await Promise.all(first))], ["one"]);
  assert.equal(asked, 1);
  answers[1]?.resolve("two");
  assert.equal(await ask(), "two");
});

Deno.test("askedOnce() shares a failure with those who asked, and no others", async () => {
  let asked = 0;
  const ask = askedOnce(() => Promise.reject(new Error(`failure ${++asked}`)));
  const failures = [ask(), ask()].map((answer) => assert.rejects(answer, { message: "failure 1" }));
  await Promise.all(failures);
  await assert.rejects(ask(), { message: "failure 2" });
});

for (const [tookMs, restMs] of [[5, 95], [1000, 250]] as const) {
  Deno.test(`askedOnce() rests for ${restMs} ms behind an answer that took ${tookMs}`, async () => {
    using clock = stopTime();
    let [asked, answered] = [0, 0];
    const ask = askedOnce(async () => {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, tookMs));
    });
    void ask().then(() => answered++);
    await clock.tick(tookMs);
    assert.deepEqual([asked, answered], [1, 1]);
    for (let turn = 0; turn < 3; turn++) void ask().then(() => answered++);
    await clock.tick(restMs - 1);
    assert.equal(asked, 1);
    await clock.tick(1 + tookMs);
    assert.deepEqual([asked, answered], [2, 4]);
  });
}
