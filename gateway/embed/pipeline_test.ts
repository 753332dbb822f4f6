import assert from "node:assert/strict";
import { FAKE_DIM, FakeEngine } from "../../testing/fake_engine.ts";
import { testFile } from "../../testing/harness.ts";
import { DAMAGED, decodeLevel, photo, row } from "../../testing/level_photos.ts";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import { failedAt, rejectedBy } from "../../testing/thrown.ts";
import { overloaded } from "../contract/errors.ts";
import { Deadline } from "../work/deadline.ts";
import type { LeaseHolder } from "../engine/engine.ts";
import { GatewayError } from "../contract/errors.ts";
import { type ImageOptions, OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import type { PreprocessJob, PreprocessResult } from "../work/slot_preprocessor.ts";
import type { EncodedInput } from "../contract/embed_request.ts";
import type { EmbedOptions } from "../contract/options.ts";
import { type ImageWorkers, PhotoEncoder } from "./photo_encoder.ts";
import { Pipeline } from "./pipeline.ts";

const TEXT = await testFile("goldens/refused/foreign_text.jpg");
const PIXELS = 190 * 121;
const OPTIONS: EmbedOptions = { ...OPEN_CLIP, normalize: false, onError: "fail" };
const BAD_BASE64 = new GatewayError("invalid_base64", "Cannot decode image");

interface Trial {
  readonly engine: FakeEngine;
  readonly telemetry: RecordingTelemetry;
  /** Signals the workers got, by job. */
  readonly signals: AbortSignal[];
  readonly pixels: number[];
  readonly phases: string[];
  embed(
    images: readonly EncodedInput[],
    options?: Partial<EmbedOptions>,
    scope?: { readonly client?: AbortSignal; readonly holder?: LeaseHolder },
  ): Promise<(number[] | string)[]>;
}

/** A pipeline of fakes; shows embeddings as numbers and errors as their codes. */
function createTrial(
  run: (job: PreprocessJob) => Promise<PreprocessResult> | PreprocessResult,
): Trial {
  const engine = new FakeEngine({ slots: 4, inputByteLength: FAKE_DIM * 4 });
  const telemetry = new RecordingTelemetry();
  const signals: AbortSignal[] = [];
  const workers: ImageWorkers = {
    run: async (job, transfer, signal) => {
      signals.push(signal);
      assert.deepEqual(transfer, [job.bytes.buffer]);
      return await run(job);
    },
  };
  const encoder = new PhotoEncoder({ workers, limits: DEFAULT_LIMITS, telemetry });
  const pipeline = new Pipeline({
    engine,
    encoder,
    onRefused: (code) => telemetry.imageRefused(code),
  });
  const pixels: number[] = [];
  const phases: string[] = [];
  return {
    engine,
    telemetry,
    signals,
    pixels,
    phases,
    async embed(images, options = {}, { client, holder = "request" } = {}) {
      const clientSignal = client ?? new AbortController().signal;
      using deadline = new Deadline({ timeoutMs: 5000, clientSignal });
      const items = await pipeline.embed(images, { ...OPTIONS, ...options }, {
        deadline,
        permit: {
          addPixels: (count) => pixels.push(count),
          addInputs: () => {},
          hold: () => new DisposableStack(),
        },
        holder,
        client: "",
        stamp: (phase) => phases.push(phase),
      });
      return items.map((item) => item instanceof GatewayError ? item.code : [...item]);
    },
  };
}

Deno.test("Pipeline.embed() gives an embedding an image, in order", async () => {
  const trial = createTrial(decodeLevel);
  assert.deepEqual(await trial.embed([photo(3), photo(1), photo(2)]), [row(3), row(1), row(2)]);
  assert.deepEqual(trial.engine.inferences, [3]);
  assert.deepEqual(trial.phases, ["header", "preprocess", "batch", "infer"]);
  assert.deepEqual(trial.pixels, [3 * PIXELS]);
  assert.equal(trial.engine.slots.inUse, 0);
  assert.deepEqual(trial.telemetry.images.map((image) => image.pixels), [PIXELS, PIXELS, PIXELS]);
  assert.deepEqual(trial.telemetry.refusedImages, []);
});

Deno.test("Pipeline.embed() keeps the order though workers finish in another", async () => {
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const trial = createTrial(async (job) => {
    await gates[(job.bytes.at(-1) as number) - 1]?.promise;
    return decodeLevel(job);
  });
  const items = trial.embed([photo(1), photo(2), photo(3)]);
  for (const gate of gates.toReversed()) {
    gate.resolve();
    await Promise.resolve();
  }
  assert.deepEqual(await items, [row(1), row(2), row(3)]);
});

Deno.test("Pipeline.embed() gives embeddings length 1 where asked", async () => {
  const trial = createTrial(decodeLevel);
  assert.deepEqual(await trial.embed([photo(7)], { normalize: true }), [row(0.5)]);
});

Deno.test("Pipeline.embed() hands a request's choices of pixels to the workers", async () => {
  const choices: ImageOptions[] = [];
  const trial = createTrial((job) => {
    choices.push({ orient: job.orient, decode: job.decode });
    return decodeLevel(job);
  });
  await trial.embed([photo(1)], { orient: "exif", decode: "fast" });
  await trial.embed([photo(1)]);
  assert.deepEqual(choices, [{ orient: "exif", decode: "fast" }, OPEN_CLIP]);
});

Deno.test("Pipeline.embed() answers item by item: bad texts, bad headers, damaged photos, good ones", async () => {
  const trial = createTrial(decodeLevel);
  const images = [BAD_BASE64, photo(1), TEXT, photo(0), photo(2)];
  assert.deepEqual(await trial.embed(images, { onError: "item" }), [
    "invalid_base64",
    row(1),
    "unsupported_media_type",
    "invalid_image",
    row(2),
  ]);
  assert.deepEqual(trial.engine.inferences, [2]);
  assert.equal(trial.signals.length, 3);
  assert.deepEqual(trial.pixels, [3 * PIXELS]);
  assert.deepEqual(trial.telemetry.refusedImages, [
    "invalid_base64",
    "unsupported_media_type",
    "invalid_image",
  ]);
  assert.equal(trial.engine.slots.inUse, 0);
});

Deno.test("Pipeline.embed() runs no model when every image of a request is damaged", async () => {
  const trial = createTrial(decodeLevel);
  assert.deepEqual(await trial.embed([photo(0), photo(0)], { onError: "item" }), [
    "invalid_image",
    "invalid_image",
  ]);
  assert.deepEqual(trial.engine.inferences, []);
  assert.equal(trial.engine.slots.inUse, 0);
});

Deno.test("Pipeline.embed() takes no slot and no worker when every header is bad", async () => {
  const trial = createTrial(decodeLevel);
  let leases = 0;
  trial.engine.onLease = () => leases++;
  const items = await trial.embed([TEXT, BAD_BASE64], { onError: "item" });
  assert.deepEqual(items, ["unsupported_media_type", "invalid_base64"]);
  assert.equal((await rejectedBy(trial.embed([photo(1), TEXT]))).code, "unsupported_media_type");
  assert.equal(leases, 0);
  assert.equal(trial.signals.length, 0);
});

Deno.test("Pipeline.embed() says which input of many is the bad one", async () => {
  const trial = createTrial(decodeLevel);
  const one = await rejectedBy(trial.embed([photo(0)]));
  assert.equal(one.message, "Cannot decode image: it is damaged");
  const many = await rejectedBy(trial.embed([photo(1), photo(0)]));
  assert.equal(many.code, "invalid_image");
  assert.deepEqual([one, many].map(failedAt), [0, 1]);
});

Deno.test("Pipeline.embed() takes the other images out of the queue when one fails the request", async () => {
  const trial = createTrial((job) => {
    if (job.bytes.at(-1) === 0) throw DAMAGED;
    return new Promise((_, reject) => {
      const signal = trial.signals[0] as AbortSignal;
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  });
  const error = await rejectedBy(trial.embed([photo(1), photo(0), photo(2)]));
  assert.equal(failedAt(error), 1);
  assert.deepEqual(trial.signals.map((signal) => signal.aborted), [true, true, true]);
  assert.deepEqual(trial.telemetry.refusedImages, ["invalid_image"]);
  assert.equal(trial.engine.slots.inUse, 0);
});

Deno.test("Pipeline.embed() leaves the other images alone when one fails item by item", async () => {
  const trial = createTrial(decodeLevel);
  await trial.embed([photo(0), photo(1)], { onError: "item" });
  assert.deepEqual(trial.signals.map((signal) => signal.aborted), [false, false]);
});

Deno.test("Pipeline.embed() answers overloaded when too few slots are free", async () => {
  const trial = createTrial(decodeLevel);
  const error = await rejectedBy(trial.embed([1, 2, 3, 4, 5].map(photo)));
  assert.equal(error.code, "overloaded");
  assert.equal(error.message, "Cannot accept request as inputs in flight must be ≤ 4");
  assert.ok(error.retryAfterSeconds);
  assert.equal(trial.signals.length, 0);
});

Deno.test("Pipeline.embed() gives the canary its own slot in a full house", async () => {
  const trial = createTrial(decodeLevel);
  using _lease = trial.engine.lease(4);
  assert.equal((await rejectedBy(trial.embed([photo(1)]))).code, "overloaded");
  assert.deepEqual(await trial.embed([photo(1)], {}, { holder: "canary" }), [row(1)]);
});

Deno.test("Pipeline.embed() passes on that the permit's pixels are used up, before it takes slots", async () => {
  const engine = new FakeEngine({ slots: 1 });
  const workers = { run: () => Promise.reject(new Error("no worker")) };
  const telemetry = new RecordingTelemetry();
  const encoder = new PhotoEncoder({ workers, limits: DEFAULT_LIMITS, telemetry });
  const pipeline = new Pipeline({
    engine,
    encoder,
    onRefused: (code) => telemetry.imageRefused(code),
  });
  let leases = 0;
  engine.onLease = () => leases++;
  using deadline = new Deadline({ timeoutMs: 5000 });
  const refused = pipeline.embed([photo(1)], OPTIONS, {
    deadline,
    permit: {
      addPixels: () => {
        throw overloaded("pixels in flight", 1);
      },
      addInputs: () => assert.fail("inputs"),
      hold: () => assert.fail("held"),
    },
    holder: "request",
    client: "",
    stamp: () => {},
  });
  assert.equal((await rejectedBy(refused)).code, "overloaded");
  assert.equal(leases, 0);
});

Deno.test("Pipeline.embed() answers a client that leaves at once, and gives slots back behind the workers", async () => {
  const gate = Promise.withResolvers<void>();
  const trial = createTrial(async (job) => {
    await gate.promise;
    return decodeLevel(job);
  });
  const client = new AbortController();
  const failure = rejectedBy(trial.embed([photo(1), photo(2)], {}, { client: client.signal }));
  client.abort();
  assert.equal((await failure).code, "client_closed");
  assert.equal(trial.engine.slots.inUse, 2);
  assert.deepEqual(trial.signals.map((signal) => signal.aborted), [true, true]);
  gate.resolve();
  await gate.promise;
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(trial.engine.slots.inUse, 0);
  assert.deepEqual(trial.engine.inferences, []);
});

Deno.test("Pipeline.embed() answers a client that leaves while the model runs", async () => {
  const trial = createTrial(decodeLevel);
  trial.engine.script.push(() => new Promise(() => {}));
  const client = new AbortController();
  trial.engine.onInfer = () => client.abort();
  const error = await rejectedBy(trial.embed([photo(1)], {}, { client: client.signal }));
  assert.equal(error.code, "client_closed");
  await Promise.resolve();
  assert.equal(trial.engine.slots.inUse, 0);
});

for (
  const [what, values] of [
    ["a row too few", FAKE_DIM],
    ["a row too many", 3 * FAKE_DIM],
    ["half a row", 2 * FAKE_DIM - 2],
  ] as const
) {
  Deno.test(`Pipeline.embed() trusts no engine that gives ${what}`, async () => {
    const trial = createTrial(decodeLevel);
    trial.engine.script.push(() => new Float32Array(values).fill(1));
    const error = await rejectedBy(trial.embed([photo(1), photo(2)]));
    assert.equal(error.code, "internal");
    assert.equal(
      error.message,
      `Cannot use embeddings as there must be 8 values: there are ${values}`,
    );
    assert.equal(trial.engine.slots.inUse, 0);
  });
}

Deno.test("Pipeline.embed() trusts no engine that gives NaN", async () => {
  const trial = createTrial(decodeLevel);
  trial.engine.script.push(() => Float32Array.of(1, NaN, 1, 1));
  const error = await rejectedBy(trial.embed([photo(1)]));
  assert.equal(error.message, "Cannot use embeddings as all their values must be finite");
});

Deno.test("Pipeline.embed() turns what it does not know into internal, with its cause", async () => {
  const defect = new TypeError("defect");
  const trial = createTrial(() => {
    throw defect;
  });
  const error = await rejectedBy(trial.embed([photo(1)]));
  assert.equal(error.code, "internal");
  assert.equal(error.cause, defect);
});
