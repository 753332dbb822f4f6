import assert from "node:assert/strict";
import type { Clock } from "../timing/clock.ts";
import { SimulatedGpus } from "./gpus.ts";

/** Time that a test moves. */
class HandClock implements Clock {
  #now = 0;
  #sleepers: { readonly timeMs: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  until(timeMs: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ timeMs, wake }));
  }

  async moveTo(timeMs: number): Promise<void> {
    this.#now = timeMs;
    const due = this.#sleepers.filter((sleeper) => sleeper.timeMs <= timeMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.timeMs > timeMs);
    for (const { wake } of due) wake();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

function start(gpus: number) {
  const clock = new HandClock();
  const pool = new SimulatedGpus({ gpus, msPerBatch: 2, msPerImage: 8, batchMax: 4 }, clock);
  const finished: string[] = [];
  const submit = (name: string, images: number) =>
    void pool.infer(images).then(() => finished.push(`${name} ${clock.now()}`));
  return { clock, finished, submit };
}

Deno.test("SimulatedGpus batch what waits while they are busy", async () => {
  const { clock, finished, submit } = start(1);
  for (const name of ["a", "b", "c"]) submit(name, 1);
  await clock.moveTo(9);
  assert.deepEqual(finished, []);
  await clock.moveTo(10);
  assert.deepEqual(finished, ["a 10"]);
  await clock.moveTo(28);
  assert.deepEqual(finished, ["a 10", "b 28", "c 28"]);
});

Deno.test("SimulatedGpus keep batches within the limit, and run a larger request alone", async () => {
  const { clock, finished, submit } = start(1);
  submit("a", 6);
  submit("b", 3);
  submit("c", 2);
  await clock.moveTo(50);
  assert.deepEqual(finished, ["a 50"]);
  await clock.moveTo(76);
  assert.deepEqual(finished, ["a 50", "b 76"]);
  await clock.moveTo(94);
  assert.deepEqual(finished, ["a 50", "b 76", "c 94"]);
});

Deno.test("SimulatedGpus work beside each other", async () => {
  const { clock, finished, submit } = start(2);
  submit("a", 4);
  submit("b", 4);
  await clock.moveTo(34);
  assert.deepEqual(finished, ["a 34", "b 34"]);
});
