/** Isolates that die and hang, as clients and operators see it. */
import assert from "node:assert/strict";
import { deathsOf } from "../../testing/apart.ts";
import { stopTime } from "../../testing/fake_clock.ts";
import { startGateway, testFile } from "../../testing/harness.ts";
import { testLinux } from "../../testing/platform_tests.ts";
import { postJpeg, status } from "../../testing/requests.ts";
import { until } from "../../testing/until.ts";
import { recordWorkers } from "../../testing/workers/recorded_workers.ts";

const testDeath = deathsOf(import.meta.url, testLinux);
const CAT = await testFile("photos/cat.jpg");
const TWO = { GATEWAY_ISOLATES: "2", GATEWAY_SLOTS: "64" };

testDeath("an isolate that dies is replaced, and the other one answers meanwhile", async () => {
  using workers = recordWorkers();
  await using gateway = await startGateway(TWO);
  const [first] = workers.alive;
  // No message of ours: its handler throws, which ends it.
  first?.worker.postMessage(null);
  await until(
    "it is replaced",
    () => gateway.log.some(({ message }) => /^isolate \d died and is replaced$/.test(message)),
  );
  await until("every connection is answered again", async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => status(fetch(`${gateway.url}/embed`, postJpeg(CAT)))),
    );
    return answers.every((answer) => answer.status === "fulfilled" && answer.value === 200);
  });
  assert.equal(await status(fetch(`${gateway.url}/readyz`)), 200);
});

testLinux("an isolate that does not answer any more is replaced", async () => {
  using workers = recordWorkers();
  const clock = stopTime();
  const gateway = await startGateway({ ...TWO, GATEWAY_IMAGE_TIMEOUT_MS: "10" });
  await using _ = gateway;
  const [silent, other] = workers.alive;
  silent?.silence();
  const beat = new Promise((resolve) => {
    other?.worker.addEventListener("message", resolve, { once: true });
  });
  await clock.tick(1_000);
  await beat;
  await clock.tick(5_010);
  clock[Symbol.dispose]();
  await until(
    "it is replaced",
    () => gateway.log.some(({ message }) => /^isolate \d hung and is replaced$/.test(message)),
  );
  assert.deepEqual([silent?.isTerminated, other?.isTerminated], [true, false]);
  assert.equal(await status(fetch(`${gateway.url}/readyz`)), 200);
});
