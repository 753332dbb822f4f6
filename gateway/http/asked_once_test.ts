import assert from "node:assert/strict";
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
