import assert from "node:assert/strict";
import { Turns } from "./turns.ts";

Deno.test("Turns.take() begins each piece of work once the one before it has settled, good or bad", async () => {
  const turns = new Turns();
  const events: string[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = (index: number) => async () => {
    events.push(`${index} begins`);
    await gates[index]?.promise;
    events.push(`${index} ends`);
    return index;
  };
  const all = Promise.allSettled([0, 1, 2].map((index) => turns.take(work(index))));
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(events, ["0 begins"]);
  gates[1]?.resolve();
  gates[0]?.reject(new Error("bad"));
  const [first, ...others] = await all;
  assert.equal(first?.status, "rejected");
  assert.deepEqual(others.map((result) => result.status === "fulfilled" && result.value), [1, 2]);
  assert.deepEqual(events, ["0 begins", "1 begins", "1 ends", "2 begins", "2 ends"]);
});
