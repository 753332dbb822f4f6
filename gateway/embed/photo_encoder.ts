/** Photos to model inputs: judged here, decoded on the workers, or here where that takes no time to speak of. */
import type { ImageLimits } from "../../preprocess/contract/image_limits.ts";
import { judgeCost } from "../../preprocess/header/image_cost.ts";
import { type JudgedImage, judgeImage } from "../../preprocess/header/image_header.ts";
import type { Preprocessor } from "../../preprocess/preprocessor.ts";
import type { ModelTelemetry } from "../telemetry/events.ts";
import type { PreprocessJob, PreprocessResult } from "../work/slot_preprocessor.ts";
import { imageDatatype } from "../work/slot_address.ts";
import type { EncodeHere, Encoder, JudgedInput } from "./encoder.ts";

/** A job, and who asked for it. */
export interface ImageJob extends PreprocessJob {
  readonly client: string;
}

/** Runs jobs on the decode workers; see `WorkerPool.run`. */
export interface ImageWorkers {
  run(job: ImageJob, transfer: Transferable[], signal: AbortSignal): Promise<PreprocessResult>;
}

/** Decodes on the calling thread. */
export interface HereDecoder {
  readonly preprocessor: Pick<Preprocessor, "inputNow">;
  /** Whether an image may hold this thread. */
  readonly mayStay: (image: JudgedImage) => boolean;
}

/** What the encoder is made of. */
export interface PhotoEncoderOptions {
  readonly workers: ImageWorkers;
  /** Absent, every photo goes to the workers. */
  readonly here?: HereDecoder | undefined;
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
    const { workers, here, limits, telemetry } = this.#options;
    const header = judgeImage(bytes, limits);
    const image = { bytes, header };
    const cost = judgeCost(image, limits);
    const pixels = header.width * header.height;
    return {
      pixels,
      encode: async ({ orient, decode }, address, { client, signal }) => {
        const job = { bytes, header, cost, client, orient, decode, address };
        const result = await workers.run(job, [bytes.buffer], signal);
        telemetry.imagePreprocessed({ ...result, pixels });
      },
      encodeHere: here?.mayStay(image) ? this.#encodeHere(here, image) : undefined,
    };
  }

  #encodeHere({ preprocessor }: HereDecoder, image: JudgedImage): EncodeHere {
    return (options, datatype) => {
      const input = preprocessor.inputNow(image, options, imageDatatype(datatype));
      if (input === undefined) throw new RangeError("Cannot decode image without a worker");
      const { format, width, height, decodeMs, resizeMs, normalizeMs: writeMs } = input;
      const pixels = width * height;
      this.#options.telemetry.imagePreprocessed({ format, pixels, decodeMs, resizeMs, writeMs });
      return input.data;
    };
  }
}
