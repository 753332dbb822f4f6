/** Worker entry: one image at a time from bytes to its input slot. */
import type { SlotAddress } from "../engine/engine.ts";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import { Preprocessor, type WrittenImage } from "../../preprocess/preprocessor.ts";
import type { PreprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { serveJobs } from "./serve_jobs.ts";

/** One image: its bytes, which move to the worker, and the slot to write to. */
export interface PreprocessJob extends ImageOptions {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly address: SlotAddress;
}

/** What a finished job reports; the input itself stays in its slot. */
export type PreprocessResult = WrittenImage;

serveJobs<PreprocessorSettings, PreprocessJob, PreprocessResult>((settings) => {
  const preprocessor = new Preprocessor(settings);
  return { run: (job) => preprocessor.preprocessInto(job.bytes, job, job.address) };
});
