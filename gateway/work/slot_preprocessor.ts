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
  /** Which of the worker's settings it is for; the first unless given. */
  readonly kind?: number | undefined;
}

/** What a finished job reports; the input itself stays in its slot. */
export interface PreprocessResult extends PreprocessedPhoto {
  /** Milliseconds of normalising and writing. */
  readonly writeMs: number;
}

/** Runs jobs, one at a time. */
export class SlotPreprocessor implements Disposable {
  readonly #settings: readonly PreprocessorSettings[];
  /** By the place of their settings; those beyond the first are made by their first image. */
  readonly #preprocessors: Preprocessor[] = [];
  readonly #writer = new SlotWriter();
  readonly #uninterrupted: Uninterrupted;
  readonly #garbage: LargeGarbage;

  /**
   * @param settings Of each kind of model that images are for.
   * @param uninterrupted Runs decoders' native calls and writes to slots; at once unless given.
   * @param garbage Where large images are collected; by the engine unless given.
   */
  constructor(
    settings: readonly PreprocessorSettings[],
    uninterrupted: Uninterrupted = (work) => work(),
    garbage: LargeGarbage = new LargeGarbage(),
  ) {
    this.#settings = settings;
    this.#uninterrupted = uninterrupted;
    this.#garbage = garbage;
    // At once, so that a worker that cannot decode does not start.
    this.#preprocessorOf(0);
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
    const { data, normalizeMs, ...photo } = await this.#preprocessorOf(job.kind ?? 0)
      .input(job, job, imageDatatype(address.datatype));
    const started = performance.now();
    this.#uninterrupted(() => this.#writer.write(data, address));
    const writeMs = normalizeMs + performance.now() - started;
    await this.#garbage.leave(job.cost.bytes);
    return { ...photo, writeMs };
  }

  [Symbol.dispose](): void {
    this.#garbage[Symbol.dispose]();
    for (const preprocessor of Object.values(this.#preprocessors)) preprocessor[Symbol.dispose]();
    this.#writer[Symbol.dispose]();
  }

  #preprocessorOf(kind: number): Preprocessor {
    return this.#preprocessors[kind] ??= new Preprocessor(
      this.#settings[kind] as PreprocessorSettings,
      this.#uninterrupted,
    );
  }
}
