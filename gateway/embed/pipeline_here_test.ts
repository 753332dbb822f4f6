/** Photos that are decoded on the pipeline's own thread. */
import assert from "node:assert/strict";
import { FAKE_DIM, FakeEngine } from "../../testing/fake_engine.ts";
import { DAMAGED, decodeLevel, photo, row } from "../../testing/level_photos.ts";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import { rejectedBy } from "../../testing/thrown.ts";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import type { JudgedImage } from "../../preprocess/header/image_header.ts";
import { GatewayError } from "../contract/errors.ts";
import type { EmbedOptions } from "../contract/options.ts";
import { Deadline } from "../work/deadline.ts";
import type { PreprocessJob } from "../work/slot_preprocessor.ts";
import { PhotoEncoder } from "./photo_encoder.ts";
import { Pipeline } from "./pipeline.ts";

const OPTIONS: EmbedOptions = { ...OPEN_CLIP, normalize: false, onError: "fail" };

/** A pipeline that decodes odd levels on its own thread, and what went to the workers. */
function createTrial() {
  const engine = new FakeEngine({ slots: 4, inputByteLength: FAKE_DIM * 4 });
  const telemetry = new RecordingTelemetry();
  const jobs: PreprocessJob[] = [];
  const level = ({ bytes }: JudgedImage) => bytes.at(-1) as number;
  const here = {
    preprocessor: {
      inputNow: (image: JudgedImage) => {
        if (level(image) === 99) throw DAMAGED;
        const data = new Uint8Array(new Float32Array(FAKE_DIM).fill(level(image)).buffer);
        const photo = { width: 190, height: 121, format: "jpeg" };
        return { ...photo, data, decodeMs: 1, resizeMs: 2, normalizeMs: 3 };
      },
    },
    mayStay: (image: JudgedImage) => level(image) % 2 === 1,
  };
  const workers = {
    run: (job: PreprocessJob) => {
      jobs.push(job);
      return Promise.try(decodeLevel, job);
    },
  };
  const encoder = new PhotoEncoder({ workers, here, limits: DEFAULT_LIMITS, telemetry });
  const pipeline = new Pipeline({
    engine,
    encoder,
    onRefused: (code) => telemetry.imageRefused(code),
  });
  const phases: string[] = [];
  const embed = async (
    levels: readonly number[],
    options: Partial<EmbedOptions> = {},
    clientSignal = new AbortController().signal,
  ) => {
    using deadline = new Deadline({ timeoutMs: 5000, clientSignal });
    const items = await pipeline.embed(levels.map(photo), { ...OPTIONS, ...options }, {
      deadline,
      permit: { addPixels: () => {}, addInputs: () => {}, hold: () => new DisposableStack() },
      holder: "request",
      client: "",
      stamp: (phase) => phases.push(phase),
    });
    return items.map((item) => item instanceof GatewayError ? item.code : [...item]);
  };
  return { engine, telemetry, jobs, phases, embed };
}

Deno.test("Pipeline.embed() embeds a photo that may stay without any worker", async () => {
  const { embed, engine, jobs, phases, telemetry } = createTrial();
  assert.deepEqual(await embed([3]), [row(3)]);
  assert.deepEqual([jobs, engine.inferences, engine.slots.inUse], [[], [1], 0]);
  assert.deepEqual(phases, ["header", "slot", "preprocess", "batch", "infer"]);
  const image = { format: "jpeg", pixels: 190 * 121, decodeMs: 1, resizeMs: 2, writeMs: 3 };
  assert.deepEqual(telemetry.images, [image]);
});

Deno.test("Pipeline.embed() gives unit length to what stayed, too", async () => {
  const { embed } = createTrial();
  assert.deepEqual(await embed([3], { normalize: true }), [row(0.5)]);
});

Deno.test("Pipeline.embed() sends photos to the workers that may not stay, or that are several", async () => {
  const { embed, jobs } = createTrial();
  assert.deepEqual(await embed([2]), [row(2)]);
  assert.deepEqual(await embed([3, 5]), [row(3), row(5)]);
  assert.equal(jobs.length, 3);
});

Deno.test("Pipeline.embed() refuses a bad photo that stayed, or gives its error as its item", async () => {
  const { embed, engine, telemetry } = createTrial();
  const error = await rejectedBy(embed([99]));
  assert.deepEqual([error.code, error.message], ["invalid_image", DAMAGED.message]);
  assert.deepEqual(await embed([99], { onError: "item" }), ["invalid_image"]);
  assert.deepEqual(telemetry.refusedImages, ["invalid_image", "invalid_image"]);
  assert.deepEqual([engine.inferences, engine.slots.inUse], [[], 0]);
});

Deno.test("Pipeline.embed() lets a model's failure on what stayed through, item by item or not", async () => {
  const { embed, engine, telemetry } = createTrial();
  for (const onError of ["fail", "item"] as const) {
    engine.script.push(() => Promise.reject(new GatewayError("upstream_error", "Cannot")));
    assert.equal((await rejectedBy(embed([3], { onError }))).code, "upstream_error");
  }
  assert.deepEqual([telemetry.refusedImages, engine.slots.inUse], [[], 0]);
});

Deno.test("Pipeline.embed() ends at the deadline though the model has what stayed", async () => {
  const { embed, engine } = createTrial();
  const client = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Float32Array>();
  engine.script.push(() => (client.abort(), promise));
  assert.equal((await rejectedBy(embed([3], {}, client.signal))).code, "client_closed");
  assert.equal(engine.slots.inUse, 0);
  resolve(new Float32Array(FAKE_DIM));
});
