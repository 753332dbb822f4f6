import assert from "node:assert/strict";
import { JumpingClock } from "../timing/jumping_clock.ts";
import { SimulatedGpus } from "./gpus.ts";

/** When each of some requests that come at once is done, by images in them. */
async function doneAt(gpus: number, requests: readonly number[]): Promise<number[]> {
  const clock = new JumpingClock();
  const curve = { batchMs: 2, imageMs: 8 };
  const pool = new SimulatedGpus({ gpus, curve, batchMax: 4 }, clock);
  return await clock.run(
    Promise.all(requests.map((images) => pool.infer(images).then(() => clock.now()))),
  );
}

Deno.test("SimulatedGpus batch what waits while they are busy", async () => {
  assert.deepEqual(await doneAt(1, [1, 1, 1]), [10, 28, 28]);
});

Deno.test("SimulatedGpus keep batches within the limit, and run a larger request alone", async () => {
  assert.deepEqual(await doneAt(1, [6, 3, 2]), [50, 76, 94]);
});

Deno.test("SimulatedGpus work beside each other", async () => {
  assert.deepEqual(await doneAt(2, [4, 4]), [34, 34]);
});
