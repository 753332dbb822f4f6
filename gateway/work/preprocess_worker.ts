/** Worker entry: one image at a time from bytes to its input slot. */
import type { PreprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { serveJobs } from "./serve_jobs.ts";
import {
  type PreprocessJob,
  type PreprocessResult,
  SlotPreprocessor,
} from "./slot_preprocessor.ts";

serveJobs<readonly PreprocessorSettings[], PreprocessJob, PreprocessResult>((
  settings,
  uninterrupted,
) => new SlotPreprocessor(settings, uninterrupted));
