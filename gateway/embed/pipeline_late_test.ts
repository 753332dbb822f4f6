import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { FAKE_DIM, FakeEngine } from "../../testing/fake_engine.ts";
import { photo } from "../../testing/level_photos.ts";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import { rejectedBy } from "../../testing/thrown.ts";
import { Admission } from "../http/admission.ts";
import { Deadline } from "../work/deadline.ts";
import { LateJob } from "../work/late_job.ts";
import { PhotoEncoder } from "./photo_encoder.ts";
import { Pipeline } from "./pipeline.ts";

Deno.test("Pipeline.embed() keeps slots, pixels and inputs of a late image until its worker is done with it", async () => {
  const engine = new FakeEngine({ slots: 4, inputByteLength: FAKE_DIM * 4 });
  const telemetry = new RecordingTelemetry();
  const ended = Promise.withResolvers<void>();
  const workers = {
    run: () => Promise.reject(new LateJob("deadline_exceeded", "Cannot do it", ended.promise)),
  };
  const encoder = new PhotoEncoder({ workers, limits: DEFAULT_LIMITS, telemetry });
  const pipeline = new Pipeline({
    engine,
    encoder,
    onRefused: (code) => telemetry.imageRefused(code),
  });
  const limits = {
    requestsMax: 9,
    bytesMax: 1e6,
    pixelsMax: 1e6,
    inputsMax: 9,
    latencyMsTarget: 250,
  };
  const admission = new Admission(limits);
  {
    using deadline = new Deadline({ timeoutMs: 5000 });
    using permit = admission.admit("client", 10);
    const options = { ...OPEN_CLIP, normalize: false, onError: "fail" } as const;
    const scope = { deadline, permit, holder: "request", client: "", stamp: () => {} } as const;
    const error = await rejectedBy(pipeline.embed([photo(1)], options, scope));
    assert.equal(error.code, "deadline_exceeded");
  }
  const { requests, inputs, pixels } = admission.usage;
  assert.deepEqual([requests, inputs, pixels], [0, 1, 190 * 121]);
  assert.equal(engine.slots.inUse, 1);
  ended.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(engine.slots.inUse, 0);
  assert.equal(admission.usage.inputs + admission.usage.pixels, 0);
});
