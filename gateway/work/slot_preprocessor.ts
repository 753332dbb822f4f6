/** From an image's bytes to its slot: what a worker does. */
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import type { ImageCost } from "../../preprocess/header/image_cost.ts";
import type { JudgedImage } from "../../preprocess/header/image_header.ts";
import { type PreprocessedPhoto, Preprocessor } from "../../preprocess/preprocessor.ts";
import type { PreprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { LargeGarbage } from "./large_garbage.ts";
import { imageDatatype, type SlotAddress } from "./slot_address.ts";
import { SlotWriter } from "./slot_writer.ts";
import type { Uninterrupted } from "./worker_state.ts";

/** One image with its header: its bytes move to the worker. And the slot to write to. */
export interface PreprocessJob extends JudgedImage, ImageOptions {
  readonly address: SlotAddress;
  readonly cost: ImageCost;
}

/** What a finished job reports; the input itself stays in its slot. */
export interface PreprocessResult extends PreprocessedPhoto {
  /** Milliseconds of normalising and writing. */
  readonly writeMs: number;
}

/** Runs jobs, one at a time. */
export class SlotPreprocessor implements Disposable {
  readonly #preprocessor: Preprocessor;
  readonly #writer = new SlotWriter();
  readonly #uninterrupted: Uninterrupted;
  readonly #garbage: LargeGarbage;

  /**
   * @param uninterrupted Runs decoders' native calls and writes to slots; at once unless given.
   * @param garbage Where large images are collected; by the engine unless given.
   */
  constructor(
    settings: PreprocessorSettings,
    uninterrupted: Uninterrupted = (work) => work(),
    garbage: LargeGarbage = new LargeGarbage(),
  ) {
    this.#preprocessor = new Preprocessor(settings, uninterrupted);
    this.#uninterrupted = uninterrupted;
    this.#garbage = garbage;
  }

  /**
   * Preprocesses an image into its slot.
   *
   * @throws {Refusal} as `Preprocessor.input()`.
   * @throws {Error} as `SlotWriter.write()`.
   */
  async run(job: PreprocessJob): Promise<PreprocessResult> {
    const { address } = job;
    this.#garbage.busy();
    const { data, normalizeMs, ...photo } = await this.#preprocessor
      .input(job, job, imageDatatype(address.datatype));
    const started = performance.now();
    this.#uninterrupted(() => this.#writer.write(data, address));
    const writeMs = normalizeMs + performance.now() - started;
    await this.#garbage.leave(job.cost.bytes);
    return { ...photo, writeMs };
  }

  [Symbol.dispose](): void {
    this.#garbage[Symbol.dispose]();
    this.#preprocessor[Symbol.dispose]();
    this.#writer[Symbol.dispose]();
  }
}
