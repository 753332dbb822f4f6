/** Lines of any speed under the default settings, in time that a test moves. */
import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../../testing/app_harness.ts";
import { type FakeClock, stopTime } from "../../testing/fake_clock.ts";
import { FAKE_DIM, FakeEngine } from "../../testing/fake_engine.ts";
import { testFile } from "../../testing/harness.ts";
import { post } from "../../testing/streamed_body.ts";
import { parseConfig } from "../config/config.ts";
import { Deadline } from "../work/deadline.ts";
import { readBody } from "./body.ts";
import { Uploads } from "./uploads.ts";

const CAT = await testFile("photos/cat.jpg");
const { config: DEFAULTS } = parseConfig({});
/** The README's line: 30 Mbit/s. */
const README_BYTES_PER_SECOND = 30_000_000 / 8;
const TICK_MS = 100;

/** A body that arrives at a rate. */
function arriving(
  body: Uint8Array<ArrayBuffer>,
  bytesPerSecond: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const [bytes, ms] = bytesPerSecond < 10
    ? [1, 1000 / bytesPerSecond]
    : [Math.floor((bytesPerSecond * TICK_MS) / 1000), TICK_MS];
  let offset = 0;
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      controller.enqueue(body.slice(offset, offset += bytes));
      if (offset >= body.length) controller.close();
    },
  });
}

/** What comes of it, and after how many milliseconds. */
async function settle<T>(clock: FakeClock, outcome: Promise<T>): Promise<[T | Error, number]> {
  const startMs = performance.now();
  let settled: [T | Error, number] | undefined;
  outcome.catch((error) => error as Error)
    .then((value) => settled = [value, performance.now() - startMs]);
  while (settled === undefined) {
    assert.ok(performance.now() - startMs < 120_000, "it never settles");
    await clock.tick(TICK_MS);
  }
  return settled;
}

/** Decode at once: real threads know nothing of a test's time. */
const WORKERS = {
  run: () =>
    Promise.resolve({ width: 1, height: 1, format: "jpeg", decodeMs: 0, resizeMs: 0, writeMs: 0 }),
} as const;

function send(app: TestApp, bytes: number, bytesPerSecond: number): Promise<Response> {
  const photo = new Uint8Array(bytes);
  photo.set(CAT);
  const headers = { "content-type": "image/jpeg", "content-length": `${bytes}` };
  return app.fetch(post(arriving(photo, bytesPerSecond), headers));
}

for (const kilobytes of [300, 150, 40]) {
  Deno.test(`2 MB at ${kilobytes} kB a second are embedded, and have all of the deadline behind them`, async () => {
    const engine = new FakeEngine();
    engine.script.push(async () => {
      await new Promise((resolve) => setTimeout(resolve, DEFAULTS.requestTimeoutMs - 1000));
      return new Float32Array(FAKE_DIM).fill(1);
    });
    await using app = await createTestApp({ engine, workers: WORKERS });
    using clock = stopTime();
    const [reply, ms] = await settle(clock, send(app, 2_000_000, kilobytes * 1000));
    assert.ok(reply instanceof Response);
    assert.equal(reply.status, 200);
    assert.ok(ms >= 2_000_000 / kilobytes + DEFAULTS.requestTimeoutMs - 1000, `${ms}`);
  });
}

Deno.test("a body of one byte a second is answered 408 when its first idle time is over", async () => {
  await using app = await createTestApp({ engine: new FakeEngine(), workers: WORKERS });
  using clock = stopTime();
  const [reply, ms] = await settle(clock, send(app, 100_000, 1));
  assert.ok(reply instanceof Response);
  assert.equal(reply.status, 408);
  assert.ok(ms <= DEFAULTS.bodyTimeoutMs + 1000, `${ms}`);
});

Deno.test("the README's line brings the largest body that is allowed", async () => {
  using clock = stopTime();
  using uploads = new Uploads({
    idleMsMax: DEFAULTS.bodyTimeoutMs,
    bytesPerSecondMin: DEFAULTS.bodyBytesPerSecondMin,
    totalMsMax: DEFAULTS.uploadTimeoutMs,
    slowMax: 1,
    isRoomShort: () => false,
  });
  using deadline = new Deadline({ timeoutMs: DEFAULTS.requestTimeoutMs });
  const bytesMax = DEFAULTS.bodyBytesMax;
  const request = post(arriving(new Uint8Array(bytesMax), README_BYTES_PER_SECOND));
  const holder = { slowUploads: 0, setSlow: () => {}, addBytes: () => {} };
  const reading = { limits: { bytesMax }, uploads, holder, deadline };
  const [body, ms] = await settle(clock, readBody(request, reading));
  assert.equal((body as Uint8Array).length, bytesMax);
  assert.ok(ms > 8900 && ms < 9500, `${ms}`);
  const { remainingMs, timeoutMs } = deadline;
  assert.ok(remainingMs > timeoutMs - 2 * TICK_MS && remainingMs <= timeoutMs, `${remainingMs}`);
});
