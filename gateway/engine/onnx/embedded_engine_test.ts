import assert from "node:assert/strict";
import { deathsOf } from "../../../testing/apart.ts";
import { buildModel } from "../../../models/graph/build_model.ts";
import { buildDctModel, DCT_MODEL, readDctManifest } from "../../../testing/dct_model.ts";
import { testEngine } from "../../../testing/engine_conformance.ts";
import { stopTime } from "../../../testing/fake_clock.ts";
import { writeMemorySlot } from "../../../testing/memory_slots.ts";
import { judged } from "../../../testing/judged_image.ts";
import { standInModel } from "../../../testing/models/stand_in_model.ts";
import { wordManifest } from "../../../testing/towers/word_manifest.ts";
import { preprocessorSettings } from "../../../testing/preprocessor_settings.ts";
import { until } from "../../../testing/until.ts";
import { waveInput } from "../../../testing/wave_inputs.ts";
import { recordWorkers, type WorkerRecord } from "../../../testing/workers/recorded_workers.ts";
import { Deadline } from "../../work/deadline.ts";
import { OPEN_CLIP } from "../../../preprocess/contract/image_options.ts";
import { SlotPreprocessor } from "../../work/slot_preprocessor.ts";
import { cosine } from "../../../models/contract/vectors.ts";
import { EmbeddedEngine, type EmbeddedEngineOptions } from "./embedded_engine.ts";
import type { Engine, Inference, InputLease } from "../engine.ts";
import type { SlotAddress } from "../../work/slot_address.ts";

const testDeath = deathsOf(import.meta.url);
const FP32 = { manifest: readDctManifest(), model: buildDctModel() };
const PHOTO = new URL("../../../models/contract/golden_photo.jpg", import.meta.url);

function create(changes: Partial<EmbeddedEngineOptions> = {}): Promise<Engine> {
  return EmbeddedEngine.create({
    ...FP32,
    modelDigest: "0".repeat(64),
    modelBytes: FP32.model.byteLength,
    slots: 12,
    batchImagesMax: 4,
    batchDelayMsMax: 0,
    threads: 1,
    requestTimeoutMs: 10_000,
    ...changes,
  });
}

/** The same model for inputs of u8 [size, size, 3]. */
function uint8Model(): Pick<EmbeddedEngineOptions, "manifest" | "model"> {
  const { size } = FP32.manifest.preprocess;
  const input = { ...FP32.manifest.input, datatype: "UINT8" as const, shape: [size, size, 3] };
  const manifest = { ...FP32.manifest, input };
  return { manifest, model: buildModel(manifest) };
}

// Whatever the batch, the runtime sums a row in the same order, so rows are equal to the bit.
const conformance = { writeInput: writeMemorySlot, rowTolerance: 0 };
// Matrix products of a tower may be summed otherwise in a larger batch.
const WORD_CONFORMANCE = { writeInput: writeMemorySlot, rowTolerance: 1e-5 };
testEngine("EmbeddedEngine", create, conformance);
testEngine("EmbeddedEngine of a UINT8 model", () => create(uint8Model()), conformance);
testEngine("EmbeddedEngine on its own thread", () => create({ runsInline: true }), conformance);
testEngine(
  "EmbeddedEngine of a UINT8 model on its own thread",
  () => create({ ...uint8Model(), runsInline: true }),
  conformance,
);

const words = wordManifest("words");
const wordModel = { manifest: words, model: await standInModel(words) };
testEngine("EmbeddedEngine of a text model", () => create(wordModel), WORD_CONFORMANCE);
testEngine(
  "EmbeddedEngine of a text model on its own thread",
  () => create({ ...wordModel, runsInline: true }),
  WORD_CONFORMANCE,
);

/** A lease of inputs that are waves. */
function leaseWaves(engine: Engine, count: number): InputLease {
  const lease = engine.lease(count);
  assert.ok(lease !== undefined);
  lease.addresses.forEach((address, seed) =>
    writeMemorySlot(address, waveInput(seed, engine.description))
  );
  return lease;
}

/** Embeds `count` waves. */
async function embedWaves(engine: Engine, count: number): Promise<Inference> {
  using deadline = new Deadline({ timeoutMs: 60_000 });
  using lease = leaseWaves(engine, count);
  return await lease.infer(lease.addresses.map((_, position) => position), deadline);
}

/** Makes the newest worker fail as a defect in it would: by an uncaught error. */
function killNewest(workers: WorkerRecord): void {
  workers.all.at(-1)?.worker.postMessage(null);
}

Deno.test("EmbeddedEngine embeds the golden photo as the exporter did", async () => {
  await using engine = await create();
  using preprocessor = new SlotPreprocessor([preprocessorSettings()]);
  using lease = leaseWaves(engine, 1);
  const image = judged(await Deno.readFile(PHOTO));
  await preprocessor.run({ ...image, ...OPEN_CLIP, address: lease.addresses[0] as SlotAddress });
  using deadline = new Deadline({ timeoutMs: 60_000 });
  const { rows: [embedding] } = await lease.infer([0], deadline);
  const golden = await DCT_MODEL.golden();
  assert.ok(cosine(embedding as Float32Array, golden.embedding) > 0.999999);
});

Deno.test("EmbeddedEngine reports the size of every batch it ran, and none above its limit", async () => {
  const batches: number[] = [];
  await using engine = await create({
    onBatch: (images, seconds) => {
      assert.ok(seconds > 0);
      batches.push(images);
    },
  });
  await embedWaves(engine, 10);
  assert.deepEqual(batches, [4, 4, 2]);
});

Deno.test("EmbeddedEngine says where the time of an inference went", async () => {
  await using engine = await create({ batchImagesMax: 1 });
  const { queueMs, computeMs } = await embedWaves(engine, 5);
  assert.ok(computeMs > 0);
  assert.ok((queueMs ?? NaN) > 0, "the fifth of five waits for four");
});

testDeath(
  "EmbeddedEngine starts another worker when the model's dies, and loses no more than its batch",
  async () => {
    using workers = recordWorkers();
    let restarts = 0;
    await using engine = await create({ onRestart: () => restarts++ });
    using deadline = new Deadline({ timeoutMs: 60_000 });
    const expected = await embedWaves(engine, 1);
    const { modelEpoch } = engine;
    killNewest(workers);
    await assert.rejects(embedWaves(engine, 1), { name: "GatewayError", code: "internal" });
    assert.equal(restarts, 1);
    let isHealthy = false;
    await until("the engine is healthy again", () => {
      engine.healthy(deadline).then((healthy) => isHealthy = healthy);
      return isHealthy;
    });
    assert.deepEqual((await embedWaves(engine, 1)).rows, expected.rows);
    assert.match(engine.description.runtime, /^onnxruntime \d/);
    assert.notEqual(engine.modelEpoch, undefined);
    assert.notEqual(engine.modelEpoch, modelEpoch);
  },
);

Deno.test("EmbeddedEngine starts another worker when the model's hangs for a minute and a request's whole deadline twice", async () => {
  for (const [requestTimeoutMs, limitMs] of [[10_000, 30_000], [45_000, 45_000]] as const) {
    using workers = recordWorkers();
    let restarts = 0;
    await using engine = await create({ requestTimeoutMs, onRestart: () => restarts++ });
    using deadline = new Deadline({ timeoutMs: 60_000 });
    const expected = await embedWaves(engine, 1);
    workers.all[0]?.silence();
    {
      using clock = stopTime();
      const hung = assert.rejects(embedWaves(engine, 1), {
        name: "GatewayError",
        code: "internal",
      });
      await clock.tick(2 * limitMs - 1);
      assert.equal(restarts, 0);
      await clock.tick(1);
      await hung;
    }
    assert.equal(restarts, 1);
    assert.equal(await engine.healthy(deadline), false);
    await until("the model is loaded again", () => engine.modelEpoch !== undefined);
    assert.equal(engine.modelEpoch, 2);
    assert.equal(await engine.healthy(deadline), true);
    assert.deepEqual((await embedWaves(engine, 1)).rows, expected.rows);
  }
});

testDeath("EmbeddedEngine is not healthy, and fails at once, while it has no worker", async () => {
  using workers = recordWorkers();
  const restarted = Promise.withResolvers<void>();
  await using engine = await create({ onRestart: () => restarted.resolve() });
  using deadline = new Deadline({ timeoutMs: 60_000 });
  killNewest(workers);
  await restarted.promise;
  assert.equal(await engine.healthy(deadline), false);
  assert.equal(engine.modelEpoch, undefined);
  await assert.rejects(embedWaves(engine, 1), {
    code: "internal",
    message: "Cannot compute embedding because the model's worker died",
  });
});

testDeath(
  "EmbeddedEngine leaves no worker behind when it is disposed, not even one that is starting",
  async () => {
    using workers = recordWorkers();
    const restarted = Promise.withResolvers<void>();
    const engine = await create({ onRestart: () => restarted.resolve() });
    killNewest(workers);
    await restarted.promise;
    await engine[Symbol.asyncDispose]();
    assert.equal(workers.all.length, 2);
    assert.equal(workers.all[1]?.isTerminated, true);
    using deadline = new Deadline({ timeoutMs: 60_000 });
    assert.equal(await engine.healthy(deadline), false);
    await assert.rejects(embedWaves(engine, 1));
  },
);

Deno.test("EmbeddedEngine rejects what waits for its batch when it is disposed, and ends its worker", async () => {
  using workers = recordWorkers();
  const engine = await create({ batchDelayMsMax: 1000 });
  using _clock = stopTime();
  const waiting = assert.rejects(embedWaves(engine, 1), /the batcher is closed/);
  await engine[Symbol.asyncDispose]();
  await waiting;
  assert.equal(workers.alive.length, 0);
});

Deno.test("EmbeddedEngine.create() refuses a model that contradicts its manifest", async () => {
  using workers = recordWorkers();
  const { manifest } = FP32;
  const renamed = { ...manifest, input: { ...manifest.input, name: "pixels" } };
  await assert.rejects(create({ manifest: renamed }), /as its tensors must be pixels → embedding/);
  assert.equal(workers.alive.length, 0);
});

Deno.test("EmbeddedEngine answers internal rather than an embedding that is not finite", async () => {
  await using engine = await create();
  using deadline = new Deadline({ timeoutMs: 60_000 });
  using lease = leaseWaves(engine, 1);
  const input = new Uint8Array(new Float32Array(3 * 224 * 224).fill(NaN).buffer);
  writeMemorySlot(lease.addresses[0] as SlotAddress, input);
  await assert.rejects(lease.infer([0], deadline), {
    name: "GatewayError",
    code: "internal",
    message: "Cannot use embeddings as all their values must be finite",
  });
  assert.deepEqual((await embedWaves(engine, 2)).rows.map(({ length }) => length), [512, 512]);
});
