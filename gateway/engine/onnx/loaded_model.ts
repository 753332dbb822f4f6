/** What is said about a model before and after it is loaded; knows no runtime. */
import type { ModelManifest, TensorSpec } from "../../../models/contract/manifest.ts";

/** The model and where its inputs will lie. */
export interface OnnxSettings {
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  readonly input: TensorSpec;
  readonly output: TensorSpec;
  readonly slots: SharedArrayBuffer;
  /** Threads inside one inference. */
  readonly threads: number;
}

/** What was loaded. */
export interface LoadedModel {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Name and version of the runtime. */
  readonly runtime: string;
}

/** Where a loaded model differs from its manifest. */
export function contradiction(
  { inputNames, outputNames }: LoadedModel,
  { input, output }: ModelManifest,
): string | undefined {
  if (inputNames.join() === input.name && outputNames.includes(output.name)) return undefined;
  return `its tensors must be ${input.name} → ${output.name}: they are ${inputNames} → ${outputNames}`;
}
