import assert from "node:assert/strict";
import { itemByteLength } from "../../../models/contract/manifest.ts";
import { buildDctModel, readDctManifest } from "../../../testing/dct_model.ts";
import { waveInput } from "../../../testing/wave_inputs.ts";
import { recordWorkers } from "../../../testing/workers/recorded_workers.ts";
import { InlineModel } from "./inline_model.ts";
import { OnnxSession } from "./onnx_session.ts";

const MANIFEST = readDctManifest();
const MODEL = buildDctModel();
const INPUT_BYTES = itemByteLength(MANIFEST.input);

/** Slots that hold waves 0, 1, 2. */
function waveSlots(): SharedArrayBuffer {
  const slots = new SharedArrayBuffer(3 * INPUT_BYTES);
  for (const seed of [0, 1, 2]) {
    const wave = waveInput(seed, { inputDatatype: "FP32", inputByteLength: INPUT_BYTES });
    new Uint8Array(slots, seed * INPUT_BYTES, INPUT_BYTES).set(wave);
  }
  return slots;
}

Deno.test("InlineModel.run() gives the bits that a worker gives, and starts none", async () => {
  const options = { manifest: MANIFEST, model: MODEL, slots: waveSlots() };
  using session = await OnnxSession.create({
    ...options,
    threads: 1,
    runMsMax: 60_000,
    onDied: () => {},
  });
  using workers = recordWorkers();
  using model = await InlineModel.create(options);
  assert.deepEqual([model.runtime, model.isReady, model.loads], [session.runtime, true, 1]);
  for (const slots of [[0], [2, 0], [1, 1, 2], [0]]) {
    assert.deepEqual(await model.run(slots), await session.run(slots));
  }
  assert.deepEqual(workers.all, []);
});

Deno.test("InlineModel.runHere() gives the bits of the same input in a slot, wherever it lies", async () => {
  const slots = waveSlots();
  using model = await InlineModel.create({ manifest: MANIFEST, model: MODEL, slots });
  const expected = await model.run([1]);
  const memory = new Uint8Array(INPUT_BYTES + 64);
  const input = memory.subarray(64);
  input.set(new Uint8Array(slots, INPUT_BYTES, INPUT_BYTES));
  assert.deepEqual(await model.runHere(input), expected);
});

Deno.test("InlineModel.create() refuses what does not load, and what contradicts its manifest", async () => {
  const slots = waveSlots();
  await assert.rejects(
    InlineModel.create({ manifest: MANIFEST, model: new Uint8Array(8), slots }),
    /^Error: Cannot load model dct_512: /,
  );
  const manifest = { ...MANIFEST, output: { ...MANIFEST.output, name: "other" } };
  await assert.rejects(
    InlineModel.create({ manifest, model: MODEL, slots }),
    /^Error: Cannot serve model dct_512 as its tensors must be image → other: they are image → embedding$/,
  );
});

Deno.test("InlineModel.run() says that the model failed, and why to the log", async () => {
  const slots = new SharedArrayBuffer(INPUT_BYTES - 4);
  using model = await InlineModel.create({ manifest: MANIFEST, model: MODEL, slots });
  await assert.rejects(model.run([0]), (error: Error) => {
    return error.message === "Cannot compute embedding because the model failed" &&
      error.cause instanceof RangeError;
  });
});
