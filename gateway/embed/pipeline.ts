/** The story of a request, from encoded images to embeddings, on one screen. */
import { overloaded } from "../contract/errors.ts";
import type { Permit } from "../http/admission.ts";
import { abortable, type Deadline } from "../work/deadline.ts";
import type { Engine, InputLease, LeaseHolder } from "../engine/engine.ts";
import { GatewayError, ImageFailure, toGatewayError } from "../contract/errors.ts";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import type { ImageLimits } from "../../preprocess/contract/image_limits.ts";
import type { PreprocessJob, PreprocessResult } from "../work/preprocess_worker.ts";
import { normalizeL2 } from "../../models/contract/vectors.ts";
import type { Phase, Telemetry } from "../telemetry/events.ts";

/** An encoded image, or why its text could not be read. */
export type ImageInput = Uint8Array<ArrayBuffer> | GatewayError;

/** How a request wants its images embedded. */
export interface EmbedOptions extends ImageOptions {
  /** L2-normalise each embedding. */
  readonly normalize: boolean;
  /** Whether one bad image fails the request, or only itself. */
  readonly onError: "fail" | "item";
}

/** One row of the reply: f32 [dim], or why there is none. */
export type EmbedItem = Float32Array | GatewayError;

/** What a request carries through the pipeline. */
export interface RequestScope {
  readonly deadline: Deadline;
  readonly permit: Pick<Permit, "addPixels">;
  readonly holder: LeaseHolder;
  /** Adds milliseconds to a phase. */
  readonly stamp: (phase: Phase, milliseconds: number) => void;
}

/** Runs jobs on the decode workers; see `WorkerPool.run`. */
export interface ImageWorkers {
  run(job: PreprocessJob, transfer: Transferable[], signal: AbortSignal): Promise<PreprocessResult>;
}

/** What the pipeline is made of: interfaces only. */
export interface PipelineOptions {
  readonly engine: Engine;
  readonly workers: ImageWorkers;
  readonly limits: ImageLimits;
  readonly telemetry: Pick<Telemetry, "imagePreprocessed" | "imageRefused">;
}

/** Images that passed the header, the slots they are decoded into, and on whose behalf. */
interface Preprocessing {
  readonly images: readonly Uint8Array<ArrayBuffer>[];
  readonly lease: InputLease;
  readonly options: EmbedOptions;
  readonly scope: RequestScope;
}

/** Judge headers, take slots, decode into them, run the model, normalise. */
export class Pipeline {
  readonly #options: PipelineOptions;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /**
   * Embeds the images of one request. Their buffers move to the workers.
   *
   * @returns One item an image, in order; all are embeddings unless `onError` is `item`.
   * @throws {GatewayError} any code of the catalogue that concerns images, capacity, time or the engine.
   */
  async embed(
    images: readonly ImageInput[],
    options: EmbedOptions,
    scope: RequestScope,
  ): Promise<EmbedItem[]> {
    const items: (EmbedItem | undefined)[] = this.#judge(images, options, scope);
    const positions = items.flatMap((item, index) => item === undefined ? [index] : []);
    if (positions.length === 0) return items as EmbedItem[];
    const lease = this.#options.engine.lease(positions.length, scope.holder);
    if (lease === undefined) throw overloaded("inputs in flight", this.#options.engine.slots.total);
    const encoded = positions.map((position) => images[position] as Uint8Array<ArrayBuffer>);
    using preprocessing = this.#preprocess({ images: encoded, lease, options, scope });
    const errors = await stamped(scope, "preprocess", preprocessing.errors);
    errors.forEach((error, index) => items[positions[index] as number] = error);
    if (options.onError === "fail") assertNoError(items);
    const live = errors.flatMap((error, index) => error === undefined ? [index] : []);
    const rows = await this.#infer(lease, live, scope);
    live.forEach((index, row) => {
      const embedding = rows[row] as Float32Array;
      items[positions[index] as number] = options.normalize ? normalizeL2(embedding) : embedding;
    });
    return items as EmbedItem[];
  }

  /** Reads every header; what is refused here costs no slot and no worker. */
  #judge(
    images: readonly ImageInput[],
    options: EmbedOptions,
    scope: RequestScope,
  ): (GatewayError | undefined)[] {
    const started = performance.now();
    let pixels = 0;
    const errors = images.map((image) => {
      try {
        if (image instanceof GatewayError) throw image;
        const { width, height } = judgeImage(image, this.#options.limits);
        pixels += width * height;
        return undefined;
      } catch (thrown) {
        return this.#refused(thrown);
      }
    });
    scope.stamp("header", performance.now() - started);
    if (options.onError === "fail") assertNoError(errors);
    scope.permit.addPixels(pixels);
    return errors;
  }

  /**
   * Decodes every image into its slot. The first failure takes the rest out of the queue where one bad image
   * fails the request. Disposing gives the slots back as soon as no worker writes any more,
   * which may be after the request was answered.
   */
  #preprocess(
    { images, lease, options, scope: { deadline } }: Preprocessing,
  ): { errors: Promise<(GatewayError | undefined)[]> } & Disposable {
    const firstFailure = new AbortController();
    // One image has no neighbours to stop.
    const signal = images.length === 1
      ? deadline.signal
      : AbortSignal.any([deadline.signal, firstFailure.signal]);
    const jobs = images.map(async (bytes, index) => {
      const address = lease.addresses[index];
      if (address === undefined) throw new RangeError(`Cannot find slot ${index} of the lease`);
      try {
        const { orient, decode } = options;
        const job = { bytes, orient, decode, address };
        const result = await this.#options.workers.run(job, [bytes.buffer], signal);
        const pixels = result.width * result.height;
        this.#options.telemetry.imagePreprocessed({ ...result, pixels });
        return undefined;
      } catch (thrown) {
        if (thrown === firstFailure.signal.reason) return undefined;
        if (options.onError === "fail") firstFailure.abort(thrown);
        return this.#refused(thrown);
      }
    });
    const settled = Promise.all(jobs);
    return {
      errors: abortable(settled, deadline.signal),
      [Symbol.dispose]: () => void settled.then(() => lease[Symbol.dispose]()),
    };
  }

  async #infer(
    lease: InputLease,
    live: readonly number[],
    scope: RequestScope,
  ): Promise<readonly Float32Array[]> {
    if (live.length === 0) return [];
    const { deadline } = scope;
    const inference = await abortable(lease.infer(live, deadline), deadline.signal);
    if (inference.queueMs !== undefined) scope.stamp("batch", inference.queueMs);
    scope.stamp("infer", inference.computeMs);
    return inference.rows;
  }

  #refused(thrown: unknown): GatewayError {
    const error = toGatewayError(thrown);
    this.#options.telemetry.imageRefused(error.code);
    return error;
  }
}

async function stamped<T>(scope: RequestScope, phase: Phase, work: Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work;
  scope.stamp(phase, performance.now() - started);
  return result;
}

/** Throws the first error, naming its image where there are several. */
function assertNoError(items: readonly (EmbedItem | undefined)[]): void {
  const index = items.findIndex((item) => item instanceof GatewayError);
  if (index >= 0) throw new ImageFailure(items[index] as GatewayError, index, items.length);
}
