/** A pipeline of a fake engine and fake workers. */
import assert from "node:assert/strict";
import type { EncodedInput } from "../gateway/contract/embed_request.ts";
import { GatewayError } from "../gateway/contract/errors.ts";
import type { EmbedOptions } from "../gateway/contract/options.ts";
import { type ImageWorkers, PhotoEncoder } from "../gateway/embed/photo_encoder.ts";
import { Pipeline } from "../gateway/embed/pipeline.ts";
import type { LeaseHolder } from "../gateway/engine/engine.ts";
import { Deadline } from "../gateway/work/deadline.ts";
import type { PreprocessJob, PreprocessResult } from "../gateway/work/slot_preprocessor.ts";
import { DEFAULT_LIMITS } from "../preprocess/contract/image_limits.ts";
import { OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { FAKE_DIM, FakeEngine } from "./fake_engine.ts";
import { RecordingTelemetry } from "./recording_telemetry.ts";

/** Raw embeddings; one bad input fails its request. */
export const RAW_OPTIONS: EmbedOptions = { ...OPEN_CLIP, normalize: false, onError: "fail" };

/** A pipeline, and what its fakes saw. */
export interface PipelineTrial {
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
export function createPipelineTrial(
  run: (job: PreprocessJob) => Promise<PreprocessResult> | PreprocessResult,
): PipelineTrial {
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
      const items = await pipeline.embed(images, { ...RAW_OPTIONS, ...options }, {
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
