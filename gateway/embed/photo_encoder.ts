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
  /** Of those who wait with others for a worker, whose turns are one's own. */
  readonly client: string;
  /** What the model is called. */
  readonly model?: string | undefined;
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
  /** What the model is called. */
  readonly model?: string;
  readonly workers: ImageWorkers;
  /** Which of the workers' settings are the model's; the first unless given. */
  readonly kind?: number;
  /** Whose turn it is when a client's is; its own unless given. */
  readonly turnOf?: ((client: string) => string) | undefined;
  /** Absent, every photo goes to the workers. */
  readonly here?: HereDecoder | undefined;
  readonly limits: ImageLimits;
  readonly telemetry: Pick<ModelTelemetry, "imagePreprocessed">;
}

/** Bytes that may move away: those of a body that other images are in, too, are copied first. */
function ownBytes(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}

/** An `Encoder` of encoded images, whose bytes move to the workers. */
export class PhotoEncoder implements Encoder<Uint8Array<ArrayBuffer>> {
  readonly #options: PhotoEncoderOptions;

  constructor(options: PhotoEncoderOptions) {
    this.#options = options;
  }

  judge(bytes: Uint8Array<ArrayBuffer>): JudgedInput {
    const { workers, here, kind, limits, model, telemetry, turnOf } = this.#options;
    const header = judgeImage(bytes, limits);
    const image = { bytes, header };
    const cost = judgeCost(image, limits);
    const pixels = header.width * header.height;
    return {
      pixels,
      encode: async ({ orient, decode }, address, order) => {
        const client = turnOf === undefined ? order.client : turnOf(order.client);
        const own = ownBytes(bytes);
        const job = { bytes: own, header, cost, client, orient, decode, address, model, kind };
        const result = await workers.run(job, [own.buffer], order.signal);
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
