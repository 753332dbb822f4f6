/** Worker entry: runs an ONNX model on inputs that lie in shared memory. */
import { serveJobs } from "../../work/serve_jobs.ts";
import type { LoadedModel, OnnxSettings } from "./loaded_model.ts";

/** Slots to run the model on, as one batch. */
export type OnnxJob = readonly number[];

/** f32 [n, dim], row-major, not checked. */
export type OnnxResult = Float32Array<ArrayBuffer>;

serveJobs<OnnxSettings, OnnxJob, OnnxResult, LoadedModel>(async (settings) => {
  // Here, so that a runtime that cannot be loaded is told as any other reason not to start.
  const { OnnxModel } = await import("./onnx_model.ts");
  const model = await OnnxModel.load(settings);
  return {
    about: model.about,
    isNative: true,
    run: (slots) => model.run(slots),
    transferOf: (embeddings) => [embeddings.buffer],
  };
});
