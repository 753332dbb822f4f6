/** Whether all ways give the same embeddings: otherwise they are not ways to the same thing. */
import type { Agreement } from "../report/result.ts";
import type { PhotoSize } from "../photos/photo_set.ts";
import type { Deployment } from "./deployment.ts";

const PHOTOS = 8;

/** Embeds the same photos by every way, without the link, and compares directions with those of the first way. */
export async function measureAgreement(
  { generator, series }: Deployment,
  photoSize: PhotoSize,
): Promise<Agreement[]> {
  const agreements: Agreement[] = [];
  let expected: readonly Float32Array[] | undefined;
  for (const { id, way, direct } of series) {
    await generator.prepare({
      way,
      target: direct,
      photoSize,
      batch: 1,
      pattern: { kind: "closed", clients: 1 },
      limits: { requestsMax: 1, secondsMax: 1, graceSeconds: 1 },
    });
    const embeddings = await generator.embed(PHOTOS);
    await generator.finish();
    expected ??= embeddings;
    const first = expected;
    const cosines = embeddings.map((row, photo) => cosine(row, first[photo] ?? row));
    agreements.push({ series: id, cosineMin: Math.min(...cosines) });
  }
  return agreements;
}

/** Cosine of the angle between two vectors of one length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  a.forEach((x, index) => {
    const y = b[index] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  });
  return dot / Math.sqrt(aa * bb);
}
