/** Whether all ways give the same embeddings: otherwise they are not ways to the same thing. */
import { cosine } from "../../models/contract/vectors.ts";
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
