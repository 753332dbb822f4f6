import assert from "node:assert/strict";
import { DCT_MODEL, readDctManifest } from "../testing/dct_model.ts";
import { FakeEngine } from "../testing/fake_engine.ts";
import { readGoldenFile } from "../testing/goldens/read_goldens.ts";
import { RecordingTelemetry } from "../testing/recording_telemetry.ts";
import { OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { composePhotos } from "./compose_photos.ts";
import { withMemoryBudget } from "./config/memory_budget.ts";
import { parseConfig } from "./config/config.ts";
import { PhotoWorkers } from "./photo_workers.ts";
import { Metrics } from "./telemetry/metrics.ts";

/** What a model's photos are composed of, in one of several isolates. */
async function photoSetup(stack: AsyncDisposableStack) {
  const telemetry = new RecordingTelemetry();
  const config = withMemoryBudget(parseConfig({ GATEWAY_DECODE_WORKERS: "1" }).config);
  const takeMemory = () => new DisposableStack();
  const setup = { config, telemetry, metrics: new Metrics(), parts: {}, isolates: 2, takeMemory };
  const photos = {
    served: "dct_512",
    manifest: readDctManifest(),
    golden: await DCT_MODEL.golden(),
    telemetry,
    workers: new PhotoWorkers(setup, stack),
    stack,
  };
  return { setup, photos };
}

Deno.test("composePhotos() does not start where the golden photo becomes another input", async () => {
  await using stack = new AsyncDisposableStack();
  const { setup, photos } = await photoSetup(stack);
  const golden = { ...photos.golden, inputSha256: "0".repeat(64) };
  await assert.rejects(composePhotos(setup, { ...photos, golden }), /must become input 0{64}/);
});

Deno.test("composePhotos() gives models of one preprocessing inputs in memory of their own", async () => {
  await using stack = new AsyncDisposableStack();
  const { setup, photos } = await photoSetup(stack);
  const inputs: Uint8Array[] = [];
  for (const served of ["a", "b"]) {
    const source = await composePhotos(setup, { ...photos, served });
    const { encoder, canEncode } = await source.start(new FakeEngine());
    assert.ok(canEncode());
    const { encodeHere } = encoder.judge(readGoldenFile("inputs/exif_6_ii_190x121.jpg"));
    inputs.push(encodeHere?.(OPEN_CLIP, "FP32") ?? assert.fail("it must not take a worker"));
  }
  const [a, b] = inputs;
  assert.deepEqual(a, b);
  assert.notEqual(a?.buffer, b?.buffer);
});
