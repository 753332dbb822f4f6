/** What tells an exported model from any other. */
import { createHash } from "node:crypto";

/**
 * SHA-256 of `model.onnx` in hex, where that is all there is; else that of its digest and of its data's, one behind the
 * other.
 */
export function modelDigest(modelSha256: string, dataSha256: string | undefined): string {
  if (dataSha256 === undefined) return modelSha256;
  return createHash("sha256").update(modelSha256).update(dataSha256).digest("hex");
}
