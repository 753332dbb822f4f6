import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Refusal } from "../../preprocess/contract/refusal.ts";
import { decodeLevel, photo } from "../../testing/level_photos.ts";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import { type ImageJob, PhotoEncoder } from "./photo_encoder.ts";

const PIXELS = 190 * 121;

/** An encoder whose workers do as `decodeLevel()` does, and what they were given. */
function createTrial() {
  const telemetry = new RecordingTelemetry();
  const jobs: ImageJob[] = [];
  const workers = {
    run: (job: ImageJob) => {
      jobs.push(job);
      return Promise.try(decodeLevel, job);
    },
  };
  return {
    telemetry,
    jobs,
    encoder: new PhotoEncoder({ workers, limits: DEFAULT_LIMITS, telemetry }),
  };
}

const ORDER = { client: "one", signal: new AbortController().signal };
const slot = () => ({
  kind: "memory" as const,
  datatype: "FP32" as const,
  buffer: new SharedArrayBuffer(16),
  byteOffset: 0,
});

Deno.test("PhotoEncoder.judge() counts pixels, and no worker hears of it", () => {
  const { encoder, jobs, telemetry } = createTrial();
  assert.equal(encoder.judge(photo(1)).pixels, PIXELS);
  assert.deepEqual([jobs, telemetry.images], [[], []]);
});

Deno.test("PhotoEncoder.judge() refuses what no worker should see", () => {
  const { encoder, jobs } = createTrial();
  const text = new TextEncoder().encode("no image at all");
  assert.throws(
    () => encoder.judge(text),
    (error) => error instanceof Refusal && error.code === "unsupported_media_type",
  );
  assert.deepEqual(jobs, []);
});

Deno.test("JudgedInput.encode() writes the slot by a worker and counts the image", async () => {
  const { encoder, jobs, telemetry } = createTrial();
  const address = slot();
  const options = { ...OPEN_CLIP, orient: "exif" as const };
  await encoder.judge(photo(7)).encode(options, address, ORDER);
  assert.deepEqual([...new Float32Array(address.buffer)], [7, 7, 7, 7]);
  assert.deepEqual(jobs.map(({ client, orient, decode }) => [client, orient, decode]), [[
    "one",
    "exif",
    "exact",
  ]]);
  assert.deepEqual(telemetry.images.map(({ pixels }) => pixels), [PIXELS]);
});

Deno.test("JudgedInput.encode() moves an image's own bytes away, and a copy of those of a body", async () => {
  const { encoder, jobs } = createTrial();
  const own = photo(7);
  const body = new Uint8Array(own.length + 4);
  body.set(own, 4);
  const view = body.subarray(4);
  for (const bytes of [own, view]) await encoder.judge(bytes).encode(OPEN_CLIP, slot(), ORDER);
  assert.equal(jobs[0]?.bytes, own);
  assert.notEqual(jobs[1]?.bytes.buffer, body.buffer);
  assert.deepEqual(jobs[1]?.bytes, own);
});

Deno.test("JudgedInput.encode() counts no image that a worker refuses", async () => {
  const { encoder, telemetry } = createTrial();
  const judged = encoder.judge(photo(0));
  await assert.rejects(judged.encode(OPEN_CLIP, slot(), ORDER), {
    code: "invalid_image",
  });
  assert.deepEqual(telemetry.images, []);
});
