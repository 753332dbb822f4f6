/** Which vectors may be compared: those of one embedding space, of whatever model they come from. */
import { createHash } from "node:crypto";
import type { ModelManifest } from "./manifest.ts";

/**
 * 16 hex digits behind `s1-`: equal for the image and the text tower of one checkpoint and for variants of a model, which
 * differ by rounding, and for nothing else. It depends on the weights, or on the formula of a model without any, and not on
 * names.
 */
export function embeddingSpace({ weights, architecture, output }: ModelManifest): string {
  const origin = weights === undefined
    ? architecture
    : weights.sha256 ?? `${weights.repo}@${weights.revision}/${weights.file}`;
  const canonical = JSON.stringify([origin, output.shape]);
  return `s1-${createHash("sha256").update(canonical).digest("hex").slice(0, 16)}`;
}
