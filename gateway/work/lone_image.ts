/** The rule of the hop: which images are preprocessed where they arrive, and which go to a worker. */
import { toGatewayError } from "../contract/errors.ts";
import type { PreprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import {
  type PreprocessJob,
  type PreprocessResult,
  SlotPreprocessor,
} from "./slot_preprocessor.ts";

/** Runs jobs elsewhere; see `WorkerPool.run`. */
interface Workers {
  run(job: PreprocessJob, transfer: Transferable[], signal: AbortSignal): Promise<PreprocessResult>;
}

/** What the rule is made of. */
export interface LoneImageOptions {
  readonly workers: Workers;
  readonly settings: PreprocessorSettings;
  /** Whether no other image of a request is in flight. */
  readonly isAlone: () => boolean;
}

/** What may hold the thread that everybody shares: 640 × 480 take 1.5 ms, baseline in one scan 3 at most. */
const PIXELS_MAX = 640 * 480;
const BYTES_MAX = 256 * 1024;
/** Of JPEG frames, only those whose cost is bound by pixels and bytes: progressive ones have scan upon scan. */
const BASELINE = 0;

/**
 * Preprocesses a small JPEG on the calling thread while it is alone, when two changes of threads cost more than they
 * bring; under load every image goes to the workers, so that the calling thread is free to read and to reply.
 */
export class LoneImageShortcut implements Disposable {
  readonly #options: LoneImageOptions;
  readonly #preprocessor: SlotPreprocessor | undefined;
  #isBusy = false;

  constructor(options: LoneImageOptions) {
    this.#options = options;
    // The decoder without libturbojpeg takes ten times as long.
    this.#preprocessor = options.settings.turboJpegPath === undefined
      ? undefined
      : new SlotPreprocessor(options.settings);
  }

  /**
   * Preprocesses an image into its slot.
   *
   * @throws {GatewayError} as `SlotPreprocessor.run()` or `WorkerPool.run()`.
   */
  async run(
    job: PreprocessJob,
    transfer: Transferable[],
    signal: AbortSignal,
  ): Promise<PreprocessResult> {
    const { workers, isAlone } = this.#options;
    if (this.#preprocessor === undefined || this.#isBusy || !isAlone() || !isSmall(job)) {
      return await workers.run(job, transfer, signal);
    }
    this.#isBusy = true;
    try {
      return await this.#preprocessor.run(job);
    } catch (thrown) {
      // As from a worker.
      throw toGatewayError(thrown);
    } finally {
      this.#isBusy = false;
    }
  }

  [Symbol.dispose](): void {
    this.#preprocessor?.[Symbol.dispose]();
  }
}

function isSmall({ bytes, header: { width, height, jpeg } }: PreprocessJob): boolean {
  return bytes.length <= BYTES_MAX && width * height <= PIXELS_MAX &&
    jpeg?.frameType === BASELINE && jpeg.firstScanComponents === jpeg.components;
}
