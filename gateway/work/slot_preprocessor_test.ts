import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { sha256 } from "../../testing/digest.ts";
import { stopTime } from "../../testing/fake_clock.ts";
import { fp32Slot, INPUT_BYTES } from "../../testing/fp32_slot.ts";
import { readGoldenFile } from "../../testing/goldens/read_goldens.ts";
import { judged } from "../../testing/judged_image.ts";
import { preprocessorSettings, testNative } from "../../testing/preprocessor_settings.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { LargeGarbage } from "./large_garbage.ts";
import { type PreprocessJob, SlotPreprocessor } from "./slot_preprocessor.ts";

Deno.test("SlotPreprocessor.run() leaves what its slot asks for, and says where the time went", async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  using slots = new SlotPreprocessor([preprocessorSettings()]);
  const image = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
  for (const datatype of ["FP32", "UINT8"] as const) {
    const buffer = new SharedArrayBuffer(INPUT_BYTES);
    const address = { kind: "memory", datatype, buffer, byteOffset: 0 } as const;
    const { decodeMs, resizeMs, writeMs, ...photo } = await slots
      .run({ ...image, ...OPEN_CLIP, address });
    assert.deepEqual(photo, { width: 640, height: 480, format: "jpeg" });
    assert.ok(decodeMs > 0 && resizeMs > 0 && writeMs > 0);
    const { data } = await preprocessor.input(image, OPEN_CLIP, datatype);
    assert.equal(sha256(new Uint8Array(buffer, 0, data.length)), sha256(data), datatype);
  }
});

testNative("SlotPreprocessor.run() times decoding and writing apart from one another", async () => {
  using clock = stopTime();
  clock.hold(1000);
  let calls = 0;
  using slots = new SlotPreprocessor([preprocessorSettings()], (work) => {
    // The first is the decoder's, the second the write.
    clock.hold(++calls === 1 ? 30 : 4);
    return work();
  });
  const image = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
  const address = fp32Slot(new SharedArrayBuffer(INPUT_BYTES));
  const { decodeMs, resizeMs, writeMs } = await slots.run({ ...image, ...OPEN_CLIP, address });
  assert.deepEqual({ calls, decodeMs, resizeMs, writeMs }, {
    calls: 2,
    decodeMs: 30,
    resizeMs: 0,
    writeMs: 4,
  });
});

/** A photo that is said to take so much memory. */
function job(mebibytes: number): PreprocessJob {
  const image = judged(readGoldenFile("inputs/rgb_420_640x480.jpg"));
  const cost = { ...image.cost, bytes: mebibytes * 1024 * 1024 };
  return { ...image, cost, ...OPEN_CLIP, address: fp32Slot(new SharedArrayBuffer(INPUT_BYTES)) };
}

Deno.test("SlotPreprocessor.run() has a dear image collected before it resolves, and is busy while it works", async () => {
  using clock = stopTime();
  let collected = 0;
  const garbage = new LargeGarbage(() => collected++);
  using slots = new SlotPreprocessor([preprocessorSettings()], (work) => work(), garbage);
  await slots.run(job(20));
  assert.equal(clock.timers, 1);
  await slots.run(job(1));
  assert.deepEqual([clock.timers, collected], [0, 0]);
  let isDone = false;
  const dear = slots.run(job(200)).then(() => isDone = true);
  await setImmediate();
  assert.deepEqual([isDone, collected], [false, 0]);
  await clock.tick(1);
  await dear;
  assert.equal(collected, 1);
});

Deno.test("SlotPreprocessor that is disposed collects nothing any more", async () => {
  using clock = stopTime();
  {
    const garbage = new LargeGarbage(() => {});
    using slots = new SlotPreprocessor([preprocessorSettings()], (work) => work(), garbage);
    await slots.run(job(20));
    assert.equal(clock.timers, 1);
  }
  assert.equal(clock.timers, 0);
});

Deno.test("SlotPreprocessor.run() makes of one photo what each kind of model asks for, in any order", async () => {
  const small = preprocessorSettings({
    preprocess: { ...preprocessorSettings().preprocess, size: 64, mean: [0, 0, 0] },
  });
  const kinds = [preprocessorSettings(), small];
  using slots = new SlotPreprocessor(kinds);
  const photo = readGoldenFile("inputs/rgb_420_640x480.jpg");
  for (const kind of [1, 0, 1]) {
    const { size } = kinds[kind]?.preprocess ?? assert.fail();
    const buffer = new SharedArrayBuffer(3 * size * size * 4);
    const address = fp32Slot(buffer);
    await slots.run({ ...judged(photo), ...OPEN_CLIP, address, kind });
    using alone = new Preprocessor(kinds[kind] as typeof small);
    const { crop } = await alone.preprocess(photo, OPEN_CLIP);
    const expected = new Uint8Array(alone.normalize(crop).buffer);
    assert.equal(sha256(new Uint8Array(buffer)), sha256(expected));
  }
});
