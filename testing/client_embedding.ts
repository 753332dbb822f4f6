/** An embedding as a client has it. */
import type { Embedding } from "../client/embedding.ts";

/** Of a photo, in the space `s1`, with what a test wants of it. */
export function embedding(
  fields: Partial<Embedding> = {},
  vector: readonly number[] = [1, 0],
): Embedding {
  return {
    ...{ modality: "image", space: "s1", preprocessId: "p1", madeBy: "https://a" },
    ...{ isTruncated: false, vector: Float32Array.from(vector) },
    ...fields,
  };
}
