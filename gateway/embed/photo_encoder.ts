/** Photos to model inputs: judged here, decoded on the workers. */
import type { ImageLimits } from "../../preprocess/contract/image_limits.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import type { ModelTelemetry } from "../telemetry/events.ts";
import type { PreprocessJob, PreprocessResult } from "../work/slot_preprocessor.ts";
import type { Encoder, JudgedInput } from "./encoder.ts";

/** Runs jobs on the decode workers; see `WorkerPool.run`. */
export interface ImageWorkers {
  run(job: PreprocessJob, transfer: Transferable[], signal: AbortSignal): Promise<PreprocessResult>;
}

/** What the encoder is made of. */
export interface PhotoEncoderOptions {
  readonly workers: ImageWorkers;
  readonly limits: ImageLimits;
  readonly telemetry: Pick<ModelTelemetry, "imagePreprocessed">;
}

/** An `Encoder` of encoded images, whose bytes move to the workers. */
export class PhotoEncoder implements Encoder<Uint8Array<ArrayBuffer>> {
  readonly #options: PhotoEncoderOptions;

  constructor(options: PhotoEncoderOptions) {
    this.#options = options;
  }

  judge(bytes: Uint8Array<ArrayBuffer>): JudgedInput {
    const { workers, limits, telemetry } = this.#options;
    const header = judgeImage(bytes, limits);
    const pixels = header.width * header.height;
    return {
      pixels,
      encode: async ({ orient, decode }, address, signal) => {
        const job = { bytes, header, orient, decode, address };
        const result = await workers.run(job, [bytes.buffer], signal);
        telemetry.imagePreprocessed({ ...result, pixels });
      },
    };
  }
}
