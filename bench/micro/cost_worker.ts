/** Worker entry: decodes and resizes one image, and says what processor time that took. */
/// <reference lib="deno.worker" />
import process from "node:process";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Refusal } from "../../preprocess/contract/refusal.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import type { PreprocessorSettings } from "../../preprocess/preprocessor_settings.ts";

/** An image, and with what it is decoded. */
export interface CostJob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly settings: PreprocessorSettings;
}

/** What an image took. */
export interface MeasuredCost {
  /** Milliseconds of this thread's processor time, to 10. */
  readonly cpuMs: number;
  /** Most that the process's resident memory has grown by, as another thread saw it. */
  readonly rssBytes: number;
}

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = async ({ data: { bytes, settings } }: MessageEvent<CostJob>) => {
  using preprocessor = new Preprocessor(settings);
  const image = { bytes, header: judgeImage(bytes, settings.limits) };
  const before = process.threadCpuUsage();
  await preprocessor.input(image, OPEN_CLIP, "FP32").catch((error) => {
    // Arithmetic coding that goes on beyond 64 KiB is refused, as by Pillow: after as much work.
    if (!(error instanceof Refusal)) throw error;
  });
  const { user, system } = process.threadCpuUsage(before);
  self.postMessage({ cpuMs: (user + system) / 1000 });
};
