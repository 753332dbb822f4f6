/** GPUs that only take time: batches and service times as given, nothing is computed. */
import type { Clock } from "../timing/clock.ts";
import { type BatchCurve, batchMs } from "./batch_curve.ts";

/** How the GPUs behave. */
export interface GpuOptions {
  readonly gpus: number;
  readonly curve: BatchCurve;
  /** Images in a batch at most. */
  readonly batchMax: number;
}

interface Waiting {
  readonly images: number;
  readonly done: () => void;
}

/** A queue in front of all GPUs; an idle one takes what waits, up to a batch, as Triton's dynamic batcher does. */
export class SimulatedGpus {
  readonly #options: GpuOptions;
  readonly #clock: Clock;
  readonly #queue: Waiting[] = [];
  #idle: number;

  constructor(options: GpuOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#idle = options.gpus;
  }

  /** Resolves when a GPU would be done with this many images; requests are never split. */
  infer(images: number): Promise<void> {
    return new Promise((done) => {
      this.#queue.push({ images, done });
      this.#dispatch(this.#clock.now());
    });
  }

  /** Starts batches at a time that may lie a little in the past: a GPU does not wait for a process to wake up. */
  #dispatch(nowMs: number): void {
    while (this.#idle > 0 && this.#queue.length > 0) {
      const batch = this.#takeBatch();
      this.#idle--;
      this.#run(batch, nowMs);
    }
  }

  async #run(batch: readonly Waiting[], startMs: number): Promise<void> {
    const images = batch.reduce((sum, waiting) => sum + waiting.images, 0);
    const endMs = startMs + batchMs(this.#options.curve, images);
    await this.#clock.until(endMs);
    for (const { done } of batch) done();
    this.#idle++;
    this.#dispatch(endMs);
  }

  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    let images = 0;
    while (this.#queue[0] !== undefined) {
      images += this.#queue[0].images;
      if (batch.length > 0 && images > this.#options.batchMax) break;
      batch.push(this.#queue.shift() as Waiting);
    }
    return batch;
  }
}
