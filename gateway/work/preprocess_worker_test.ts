import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { sha256 } from "../../testing/digest.ts";
import { stopTime } from "../../testing/fake_clock.ts";
import { fp32Slot, INPUT_BYTES } from "../../testing/fp32_slot.ts";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { jpegOfScans } from "../../testing/jpeg_of_scans.ts";
import { judged } from "../../testing/judged_image.ts";
import { testLinux } from "../../testing/platform_tests.ts";
import { preprocessorSettings, testNative } from "../../testing/preprocessor_settings.ts";
import { mappingsOf, ShmRegion } from "../../testing/shm_region.ts";
import { rejectedBy } from "../../testing/thrown.ts";
import { recordWorkers } from "../../testing/workers/recorded_workers.ts";
import { never } from "../../testing/workers/scripted_pool.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import type { PreprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { LateJob } from "./late_job.ts";
import type { PreprocessJob, PreprocessResult } from "./slot_preprocessor.ts";
import { WorkerPool } from "./worker_pool.ts";
import type { InitMessage } from "./worker_protocol.ts";

type JudgedJob = ReturnType<typeof judged>;

function startPool(
  settings = preprocessorSettings(),
  jobMsMax = 60_000,
): WorkerPool<readonly PreprocessorSettings[], PreprocessJob, PreprocessResult> {
  return new WorkerPool({
    workerUrl: new URL("./preprocess_worker.ts", import.meta.url),
    settings: [settings],
    workers: 2,
    queueMax: 32,
    jobMsMax,
    action: "decode image",
    tooLong: "deadline_exceeded",
  });
}

/** Takes seconds to decode, by either decoder. */
function slowJpeg(): JudgedJob {
  const scans = Array.from({ length: 100 }, () => 1);
  return judged(jpegOfScans({ side: 2000, coding: "arithmetic", scans }));
}

/** Memory of two inputs, and what decodes an image into one of them. */
function twoSlots(pool: ReturnType<typeof startPool>) {
  const buffer = new SharedArrayBuffer(2 * INPUT_BYTES);
  const run = (image: JudgedJob, slot: number) => {
    const address = fp32Slot(buffer, slot * INPUT_BYTES);
    return pool.run({ ...image, ...OPEN_CLIP, address }, [image.bytes.buffer], never());
  };
  return { buffer, run };
}

Deno.test("the preprocess worker writes each photo's input to its own slot", async () => {
  using pool = startPool();
  await pool.started;
  const entries = readGoldens().filter(({ name }) => name.startsWith("inputs/metadata_"));
  assert.ok(entries.length > 5);
  const buffer = new SharedArrayBuffer(entries.length * INPUT_BYTES);
  const results = await Promise.all(entries.map(({ name }, slot) => {
    const bytes = readGoldenFile(name);
    const address = fp32Slot(buffer, slot * INPUT_BYTES);
    return pool.run({ ...judged(bytes), ...OPEN_CLIP, address }, [bytes.buffer], never());
  }));
  entries.forEach(({ name, f32, width }, slot) => {
    assert.equal(sha256(new Uint8Array(buffer, slot * INPUT_BYTES, INPUT_BYTES)), f32, name);
    assert.equal(results[slot]?.width, width);
    assert.ok((results[slot]?.writeMs ?? NaN) >= 0);
  });
});

testLinux(
  "preprocess workers write side by side into one region, each by a mapping of its own",
  async () => {
    using pool = startPool();
    await pool.started;
    const entries = readGoldens().filter(({ name }) => name.startsWith("inputs/metadata_"));
    // Slots that share a page with their neighbours, in turn from either worker.
    using region = new ShmRegion(8 + entries.length * INPUT_BYTES);
    for (let round = 0; round < 3; round++) {
      await Promise.all(entries.map(({ name }, slot) => {
        const bytes = readGoldenFile(name);
        const address = region.address(8 + slot * INPUT_BYTES);
        return pool.run({ ...judged(bytes), ...OPEN_CLIP, address }, [bytes.buffer], never());
      }));
    }
    const written = region.bytes();
    entries.forEach(({ name, f32 }, slot) => {
      const from = 8 + slot * INPUT_BYTES;
      assert.equal(sha256(written.subarray(from, from + INPUT_BYTES)), f32, name);
    });
    assert.equal(mappingsOf(region.name), 2);
  },
);

Deno.test("the preprocess worker refuses a bad photo by its code, and takes the next", async () => {
  using pool = startPool();
  const address = fp32Slot(new SharedArrayBuffer(INPUT_BYTES));
  const run = (name: string) => {
    const bytes = readGoldenFile(name);
    return pool.run({ ...judged(bytes), ...OPEN_CLIP, address }, [bytes.buffer], never());
  };
  await assert.rejects(run("refused/damaged_baseline_cut_half.jpg"), {
    name: "GatewayError",
    code: "invalid_image",
    message: "Cannot decode image: the JPEG is truncated",
  });
  assert.equal((await run("inputs/rgb_420_640x480.jpg")).format, "jpeg");
});

Deno.test("the preprocess worker tells the log alone of an error that is not the photo's", async () => {
  using pool = startPool();
  const address = fp32Slot(new SharedArrayBuffer(4));
  const bytes = readGoldenFile("inputs/rgb_420_640x480.jpg");
  const error = await rejectedBy(
    pool.run({ ...judged(bytes), ...OPEN_CLIP, address }, [bytes.buffer], never()),
  );
  assert.equal(error.code, "internal");
  assert.equal(error.message, "Cannot complete request because of an internal error");
  assert.match(String(error.cause), /^Invalid typed array length: 602112 \(at /);
});

Deno.test("the preprocess worker does not start without the library it is told to load", async () => {
  using pool = startPool(preprocessorSettings({ turboJpegPath: "/nowhere/libturbojpeg.so" }));
  await assert.rejects(pool.started, /^Error: Cannot start worker/);
});

Deno.test("a preprocess worker that is late in the portable decoder is ended, and another takes the next photo", async () => {
  using workers = recordWorkers();
  const settings = preprocessorSettings({ turboJpegPath: undefined });
  // By its price it would be refused.
  const limits = { ...settings.limits, decodeMsMax: Infinity };
  using pool = startPool({ ...settings, limits }, 60);
  await pool.started;
  const { run } = twoSlots(pool);
  using clock = stopTime();
  const answer = rejectedBy(run(slowJpeg(), 0));
  await reach(STATE_RUNNING, workers.all[0]?.firstMessage as InitMessage<unknown>);
  await clock.tick(2 * 60);
  assert.equal((await answer).code, "deadline_exceeded");
  assert.equal(workers.all[0]?.isTerminated, true);
  const next = await run(judged(readGoldenFile("inputs/rgb_420_640x480.jpg")), 1);
  assert.equal(next.format, "jpeg");
});

testNative(
  "a preprocess worker that is late in libturbojpeg is waited for, and goes on with the next photo",
  async () => {
    using workers = recordWorkers();
    using pool = startPool(preprocessorSettings(), 60);
    await pool.started;
    const { buffer, run } = twoSlots(pool);
    using clock = stopTime();
    const answer = rejectedBy(run(slowJpeg(), 0));
    await reach(STATE_HELD, workers.all[0]?.firstMessage as InitMessage<unknown>);
    await clock.tick(2 * 60);
    const late = await answer;
    assert.ok(late instanceof LateJob);
    // It was answered within the call, and nobody else may have its slot before that has come back and written to it.
    assert.ok(new Uint8Array(buffer, 0, INPUT_BYTES).every((byte) => byte === 0));
    await late.ended;
    assert.ok(new Uint8Array(buffer, 0, INPUT_BYTES).some((byte) => byte !== 0));
    assert.deepEqual(workers.all.map(({ isTerminated }) => isTerminated), [false, false]);
    const next = await run(judged(readGoldenFile("inputs/rgb_420_640x480.jpg")), 1);
    assert.equal(next.format, "jpeg");
  },
);

/** What a worker is at, as `worker_state.ts` has it: a job that can be ended, and a call that cannot. */
const [STATE_RUNNING, STATE_HELD] = [1, 2];

/** Lets the event loop turn until a worker is at this. */
async function reach(wanted: number, { state }: InitMessage<unknown>): Promise<void> {
  while (Atomics.load(new Int32Array(state), 0) !== wanted) await setImmediate();
}
