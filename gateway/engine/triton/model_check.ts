/** Compares a model on Triton with its manifest, before anything is sent to it. */
import type { ModelManifest, TensorSpec } from "../../../models/contract/manifest.ts";
import type { ModelMetadata, TensorMetadata } from "../../../triton/client.ts";

/** What the comparison found. */
export interface ModelCheck {
  /** What the model takes; a UINT8 [size, size, 3] variant of an FP32 model is served as it is. */
  readonly inputDatatype: TensorSpec["datatype"];
  /** Every difference, in words; empty when the model can be served. */
  readonly differences: readonly string[];
}

/** Compares names, datatypes and shapes of all inputs and outputs. */
export function checkModel(manifest: ModelManifest, metadata: ModelMetadata): ModelCheck {
  const { size } = manifest.preprocess;
  const u8: TensorSpec = { name: manifest.input.name, datatype: "UINT8", shape: [size, size, 3] };
  const input = metadata.inputs.find(({ name }) => name === manifest.input.name);
  const expectedInput = input?.datatype === "UINT8" ? u8 : manifest.input;
  return {
    inputDatatype: expectedInput.datatype,
    differences: [
      ...tensorDifferences("input", [expectedInput], metadata.inputs),
      ...tensorDifferences("output", [manifest.output], metadata.outputs),
    ],
  };
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
