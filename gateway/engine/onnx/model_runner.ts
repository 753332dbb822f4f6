/** Where a model runs: in a worker of its own, or on the thread of whoever asks. */

/** Runs a model; one call at a time makes sense. */
export interface ModelRunner extends Disposable {
  /** Whether runs are taken. */
  readonly isReady: boolean;
  /** Times the model was loaded: its file may be another one by now. */
  readonly loads: number;
  /** Name and version of the runtime. */
  readonly runtime: string;
  /**
   * Embeds the inputs in the given slots.
   *
   * @returns f32 [n, dim], not checked.
   * @throws {GatewayError} `internal` when the model fails.
   */
  run(slots: readonly number[]): Promise<Float32Array>;
  /**
   * Embeds one input where it lies; its bytes must stay as they are meanwhile. Absent where the model runs on another
   * thread.
   *
   * @returns f32 [1, dim], not checked.
   * @throws {GatewayError} `internal` when the model fails.
   */
  runHere?(input: Uint8Array<ArrayBuffer>): Promise<Float32Array>;
}
