import assert from "node:assert/strict";
import { deathsOf } from "../../../testing/apart.ts";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { itemByteLength, type ModelManifest } from "../../../models/contract/manifest.ts";
import { buildModel } from "../../../models/graph/build_model.ts";
import { buildDctModel, readDctManifest } from "../../../testing/dct_model.ts";
import { stopTime } from "../../../testing/fake_clock.ts";
import { temporaryFolder } from "../../../testing/models/temporary_folder.ts";
import { until } from "../../../testing/until.ts";
import { waveInput } from "../../../testing/wave_inputs.ts";
import { recordWorkers } from "../../../testing/workers/recorded_workers.ts";
import type { InitMessage } from "../../work/worker_protocol.ts";
import { OnnxSession, type OnnxSessionOptions } from "./onnx_session.ts";

const testDeath = deathsOf(import.meta.url);
const MODEL = buildDctModel();
const MANIFEST = readDctManifest();
const INPUT_BYTES = itemByteLength(MANIFEST.input);
const DIM = 512;
const SLOTS = 4;
const MODEL_FAILED = {
  name: "GatewayError",
  code: "internal",
  message: "Cannot compute embedding because the model failed",
};

/** A session over slots that hold waves 0, 1, 2 and 3. */
function open(changes: Partial<OnnxSessionOptions> = {}): Promise<OnnxSession> {
  const slots = new SharedArrayBuffer(SLOTS * INPUT_BYTES);
  for (let slot = 0; slot < SLOTS; slot++) {
    new Uint8Array(slots, slot * INPUT_BYTES, INPUT_BYTES).set(wave(slot));
  }
  return OnnxSession.create({
    manifest: MANIFEST,
    model: MODEL,
    slots,
    threads: 1,
    runMsMax: 60_000,
    onDied: () => {},
    ...changes,
  });
}

function wave(seed: number): Uint8Array<ArrayBuffer> {
  return waveInput(seed, { inputDatatype: "FP32", inputByteLength: INPUT_BYTES });
}

/** Embeddings of the waves by the runtime in this thread. */
async function expectedRows(): Promise<Float32Array[]> {
  const session = await InferenceSession.create(MODEL, { intraOpNumThreads: 1 });
  const rows: Float32Array[] = [];
  for (let seed = 0; seed < SLOTS; seed++) {
    const image = new Tensor("float32", new Float32Array(wave(seed).buffer), [1, 3, 224, 224]);
    const { embedding } = await session.run({ image });
    rows.push(Float32Array.from(embedding?.data as Float32Array));
  }
  await session.release();
  return rows;
}

function rename(tensor: "input" | "output", name: string): ModelManifest {
  return { ...MANIFEST, [tensor]: { ...MANIFEST[tensor], name } };
}

Deno.test("OnnxSession.run() embeds the inputs of the slots it is told, in their order", async () => {
  using session = await open();
  assert.match(session.runtime, /^onnxruntime \d+\.\d+/);
  const expected = await expectedRows();
  for (const slots of [[0], [3, 1], [2, 2, 0]]) {
    const embeddings = await session.run(slots);
    assert.equal(embeddings.length, slots.length * DIM);
    slots.forEach((slot, row) =>
      assert.deepEqual(embeddings.subarray(row * DIM, (row + 1) * DIM), expected[slot])
    );
  }
});

Deno.test("OnnxSession.run() answers each of many calls with its own rows", async () => {
  using session = await open();
  const expected = await expectedRows();
  const slots = [0, 1, 2, 3, 2, 1, 0];
  const replies = await Promise.all(slots.map((slot) => session.run([slot])));
  replies.forEach((reply, call) => assert.deepEqual(reply, expected[slots[call] ?? NaN]));
});

Deno.test("OnnxSession.run() rejects a call that the model cannot serve, and goes on with the next", async () => {
  using session = await open();
  await assert.rejects(session.run([SLOTS]), MODEL_FAILED);
  assert.equal((await session.run([0])).length, DIM);
});

Deno.test("OnnxSession.create() refuses a model that contradicts its manifest, and leaves no worker", async () => {
  using workers = recordWorkers();
  await assert.rejects(
    open({ manifest: rename("input", "pixels") }),
    /^Error: Cannot serve model dct_512 as its tensors must be pixels → embedding: they are image → /,
  );
  await assert.rejects(open({ manifest: rename("output", "vector") }), /must be image → vector/);
  assert.equal(workers.all.length, 2);
  assert.equal(workers.alive.length, 0);
});

Deno.test("OnnxSession.create() refuses a file that is no model, and leaves no worker", async () => {
  using workers = recordWorkers();
  for (const model of [new Uint8Array(0), MODEL.slice(0, MODEL.length / 2)]) {
    await assert.rejects(open({ model }), /^Error: Cannot load model dct_512: /);
  }
  assert.equal(workers.alive.length, 0);
});

testDeath(
  "OnnxSession rejects what runs and what comes after its worker died, and says that it did",
  async () => {
    using workers = recordWorkers();
    const died = Promise.withResolvers<string>();
    using session = await open({ onDied: died.resolve });
    const [recorded] = workers.all;
    // A message that the worker cannot read is an uncaught error there.
    recorded?.worker.postMessage(null);
    const running = assert.rejects(session.run([0]), MODEL_FAILED);
    assert.match(await died.promise, /null/);
    await running;
    await assert.rejects(session.run([0]), MODEL_FAILED);
  },
);

Deno.test("OnnxSession gives a worker up that never begins, after twice the time of a run, and runs on another", async () => {
  using workers = recordWorkers();
  const messages: string[] = [];
  using session = await open({ runMsMax: 1000, onDied: (message) => messages.push(message) });
  const expected = await session.run([1]);
  workers.all[0]?.silence();
  {
    using clock = stopTime();
    const hung = assert.rejects(session.run([0]), {
      ...MODEL_FAILED,
      cause: "Cannot compute embedding within 1000 ms",
    });
    await clock.tick(1999);
    assert.equal(session.isReady, true);
    await clock.tick(1);
    await hung;
    assert.equal(session.isReady, false);
  }
  assert.equal(messages.length, 1);
  assert.deepEqual(workers.all.map(({ isTerminated }) => isTerminated), [true, false]);
  await until("the model is loaded again", () => session.isReady);
  assert.equal(session.loads, 2);
  assert.deepEqual(await session.run([1]), expected);
});

Deno.test("OnnxSession leaves a worker that hangs in native code, once, and runs on another", async () => {
  using workers = recordWorkers();
  const messages: string[] = [];
  using session = await open({ runMsMax: 1000, onDied: (message) => messages.push(message) });
  const expected = await session.run([1]);
  const hang = (worker: number) => {
    const recorded = workers.all[worker];
    // What a run leaves in the word when it begins: held, and one job more.
    const state = new Int32Array((recorded?.firstMessage as InitMessage<unknown>).state);
    recorded?.silence();
    Atomics.store(state, 0, 2);
    Atomics.add(state, 1, 1);
  };
  hang(0);
  {
    using clock = stopTime();
    const hung = assert.rejects(session.run([0]), MODEL_FAILED);
    await clock.tick(1000);
    await hung;
    const waiting = assert.rejects(session.run([0]), MODEL_FAILED);
    await clock.tick(999);
    assert.equal(workers.all.length, 1);
    await clock.tick(1);
    assert.equal(session.isReady, false);
    await waiting;
  }
  assert.match(
    messages.join(),
    /^Cannot compute embedding within 1000 ms, .* native code cannot be/,
  );
  await until("the model is loaded again", () => session.isReady);
  assert.deepEqual(await session.run([1]), expected);
  assert.deepEqual(workers.all.map(({ isTerminated }) => isTerminated), [false, false]);

  hang(1);
  {
    using clock = stopTime();
    const hung = assert.rejects(session.run([0]), MODEL_FAILED);
    await clock.tick(6000);
    await hung;
    assert.equal(workers.all.length, 2);
    assert.equal(session.isReady, false);
  }
  // The first one's run returns: its thread is given back.
  const reply = { kind: "failed", error: { code: "internal", message: "late", cause: undefined } };
  workers.all[0]?.worker.dispatchEvent(new MessageEvent("message", { data: reply }));
  await until("the first worker is ended", () => workers.all[0]?.isTerminated === true);
});

testDeath(
  "OnnxSession serves no other model that it finds when its worker starts again",
  async () => {
    using workers = recordWorkers();
    const died = Promise.withResolvers<string>();
    await using folder = await temporaryFolder();
    const model = `${folder.path}/model.onnx`;
    await Deno.writeFile(model, MODEL);
    using session = await open({ model, onDied: died.resolve });
    await Deno.writeFile(model, buildModel(rename("output", "vector")));
    workers.all[0]?.worker.postMessage(null);
    await died.promise;
    await until("the other model is refused", () => workers.alive.length === 0);
    assert.equal(session.isReady, false);
    await assert.rejects(session.run([0]), MODEL_FAILED);
  },
);

Deno.test("OnnxSession[Symbol.dispose]() rejects what runs and what comes after, and ends its worker", async () => {
  using workers = recordWorkers();
  const session = await open();
  const running = assert.rejects(session.run([0]), MODEL_FAILED);
  session[Symbol.dispose]();
  await running;
  await assert.rejects(session.run([0]), MODEL_FAILED);
  assert.equal(workers.alive.length, 0);
});
