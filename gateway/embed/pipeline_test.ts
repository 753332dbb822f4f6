import assert from "node:assert/strict";
import { FakeEngine } from "../../testing/fake_engine.ts";
import { testFile } from "../../testing/harness.ts";
import { DAMAGED, decodeLevel, photo, row } from "../../testing/level_photos.ts";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { createPipelineTrial, RAW_OPTIONS } from "../../testing/pipeline_trial.ts";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import { failedAt, rejectedBy } from "../../testing/thrown.ts";
import { overloaded } from "../contract/errors.ts";
import { Deadline } from "../work/deadline.ts";
import { GatewayError } from "../contract/errors.ts";
import { type ImageOptions, OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { PhotoEncoder } from "./photo_encoder.ts";
import { Pipeline } from "./pipeline.ts";

const TEXT = await testFile("goldens/refused/foreign_text.jpg");
const PIXELS = 190 * 121;
const BAD_BASE64 = new GatewayError("invalid_base64", "Cannot decode image");

Deno.test("Pipeline.embed() gives an embedding an image, in order", async () => {
  const trial = createPipelineTrial(decodeLevel);
  assert.deepEqual(await trial.embed([photo(3), photo(1), photo(2)]), [row(3), row(1), row(2)]);
  assert.deepEqual(trial.engine.inferences, [3]);
  assert.deepEqual(trial.phases, ["header", "slot", "preprocess", "batch", "infer"]);
  assert.deepEqual(trial.pixels, [3 * PIXELS]);
  assert.equal(trial.engine.slots.inUse, 0);
  assert.deepEqual(trial.telemetry.images.map((image) => image.pixels), [PIXELS, PIXELS, PIXELS]);
  assert.deepEqual(trial.telemetry.refusedImages, []);
});

Deno.test("Pipeline.embed() keeps the order though workers finish in another", async () => {
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const trial = createPipelineTrial(async (job) => {
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
  const trial = createPipelineTrial(decodeLevel);
  assert.deepEqual(await trial.embed([photo(7)], { normalize: true }), [row(0.5)]);
});

Deno.test("Pipeline.embed() hands a request's choices of pixels to the workers", async () => {
  const choices: ImageOptions[] = [];
  const trial = createPipelineTrial((job) => {
    choices.push({ orient: job.orient, decode: job.decode });
    return decodeLevel(job);
  });
  await trial.embed([photo(1)], { orient: "exif", decode: "fast" });
  await trial.embed([photo(1)]);
  assert.deepEqual(choices, [{ orient: "exif", decode: "fast" }, OPEN_CLIP]);
});

Deno.test("Pipeline.embed() answers item by item: bad texts, bad headers, damaged photos, good ones", async () => {
  const trial = createPipelineTrial(decodeLevel);
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
  const trial = createPipelineTrial(decodeLevel);
  assert.deepEqual(await trial.embed([photo(0), photo(0)], { onError: "item" }), [
    "invalid_image",
    "invalid_image",
  ]);
  assert.deepEqual(trial.engine.inferences, []);
  assert.equal(trial.engine.slots.inUse, 0);
});

Deno.test("Pipeline.embed() takes no slot and no worker when every header is bad", async () => {
  const trial = createPipelineTrial(decodeLevel);
  let leases = 0;
  trial.engine.onLease = () => leases++;
  const items = await trial.embed([TEXT, BAD_BASE64], { onError: "item" });
  assert.deepEqual(items, ["unsupported_media_type", "invalid_base64"]);
  assert.equal((await rejectedBy(trial.embed([photo(1), TEXT]))).code, "unsupported_media_type");
  assert.equal(leases, 0);
  assert.equal(trial.signals.length, 0);
});

Deno.test("Pipeline.embed() says which input of many is the bad one", async () => {
  const trial = createPipelineTrial(decodeLevel);
  const one = await rejectedBy(trial.embed([photo(0)]));
  assert.equal(one.message, "Cannot decode image: it is damaged");
  const many = await rejectedBy(trial.embed([photo(1), photo(0)]));
  assert.equal(many.code, "invalid_image");
  assert.deepEqual([one, many].map(failedAt), [0, 1]);
});

Deno.test("Pipeline.embed() takes the other images out of the queue when one fails the request", async () => {
  const trial = createPipelineTrial((job) => {
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
  const trial = createPipelineTrial(decodeLevel);
  await trial.embed([photo(0), photo(1)], { onError: "item" });
  assert.deepEqual(trial.signals.map((signal) => signal.aborted), [false, false]);
});

Deno.test("Pipeline.embed() answers overloaded when too few slots are free", async () => {
  const trial = createPipelineTrial(decodeLevel);
  const error = await rejectedBy(trial.embed([1, 2, 3, 4, 5].map(photo)));
  assert.equal(error.code, "overloaded");
  assert.equal(error.message, "Cannot accept request as inputs in flight must be ≤ 4");
  assert.ok(error.retryAfterSeconds);
  assert.equal(trial.signals.length, 0);
});

Deno.test("Pipeline.embed() gives the canary its own slot in a full house", async () => {
  const trial = createPipelineTrial(decodeLevel);
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
  const refused = pipeline.embed([photo(1)], RAW_OPTIONS, {
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
