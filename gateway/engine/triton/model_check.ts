/** Compares a model on Triton with its manifest, before anything is sent to it. */
import type { ModelManifest, TensorSpec } from "../../../models/contract/manifest.ts";
import type { ModelMetadata, TensorMetadata } from "../../../triton/client.ts";

/** What the comparison found. */
export interface ModelCheck {
  /** What the model takes; a UINT8 [size, size, 3] variant of an FP32 model is served as it is. */
  readonly input: TensorSpec;
  /** Every difference, in words; empty when the model can be served. */
  readonly differences: readonly string[];
}

/** Compares names, datatypes and shapes of all inputs and outputs. */
export function checkModel(manifest: ModelManifest, metadata: ModelMetadata): ModelCheck {
  const found = metadata.inputs.find(({ name }) => name === manifest.input.name);
  const input = servedInput(manifest, found?.datatype);
  return {
    input,
    differences: [
      ...tensorDifferences("input", [input], metadata.inputs),
      ...tensorDifferences("output", [manifest.output], metadata.outputs),
    ],
  };
}

function servedInput(manifest: ModelManifest, datatype: string | undefined): TensorSpec {
  const { modality, input } = manifest;
  if (modality !== "image" || datatype !== "UINT8") return input;
  const { size } = manifest.preprocess;
  return { name: input.name, datatype: "UINT8", shape: [size, size, 3] };
}

function tensorDifferences(
  role: "input" | "output",
  expected: readonly TensorSpec[],
  found: readonly TensorMetadata[],
): string[] {
  const missing = expected.flatMap((tensor) => {
    const match = found.find(({ name }) => name === tensor.name);
    if (match === undefined) return [`${role} ${tensor.name} is missing`];
    const wanted = `${tensor.datatype} [-1,${tensor.shape}]`;
    const actual = `${match.datatype} [${match.shape}]`;
    return wanted === actual ? [] : [`${role} ${tensor.name} must be ${wanted}: it is ${actual}`];
  });
  // Outputs nobody asks for cost nothing; inputs nobody fills make every request fail.
  const extra = role === "output" ? [] : found
    .filter(({ name }) => expected.every((tensor) => tensor.name !== name))
    .map(({ name }) => `${role} ${name} is not in the manifest`);
  return [...missing, ...extra];
}
