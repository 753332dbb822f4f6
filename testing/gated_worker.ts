/** Worker entry: writes nothing and answers a job once the gate is open, so that tests decide how long decoding takes. */
import type { PreprocessJob, PreprocessResult } from "../gateway/work/slot_preprocessor.ts";
import { serveJobs } from "../gateway/work/serve_jobs.ts";

/** An Int32 that is 0 while the gate is shut. */
export interface GateSettings {
  readonly gate: SharedArrayBuffer;
}

serveJobs<GateSettings, PreprocessJob, PreprocessResult>((settings) => {
  const gate = new Int32Array(settings.gate);
  return {
    run: () => {
      Atomics.wait(gate, 0, 0);
      return { width: 1, height: 1, format: "jpeg", decodeMs: 0, resizeMs: 0, writeMs: 0 };
    },
  };
});
