/** From a model's manifest to its ONNX file. */
import type { ModelManifest } from "../model/manifest.ts";
import { buildDctDescriptor } from "./dct_descriptor.ts";

/**
 * Builds the ONNX file that a manifest describes. Equal manifests give equal bytes, on every machine.
 *
 * @throws {RangeError} when the architecture's parameters contradict the input or the output.
 */
export function buildModel(manifest: ModelManifest): Uint8Array<ArrayBuffer> {
  const { architecture } = manifest;
  switch (architecture.type) {
    case "dct":
      return buildDctDescriptor(manifest, architecture);
  }
}
