/** Whether all ways give the same embeddings: otherwise they are not ways to the same thing. */
import { cosine } from "../../models/contract/vectors.ts";
import { closedJob } from "../load/job.ts";
import type { PhotoSize } from "../../testing/photo_set.ts";
import type { Agreement } from "../report/result.ts";
import type { DeployedSeries, Deployment } from "./deployment.ts";

const PHOTOS = 8;

/** Ways whose embeddings are to be the same. */
export interface Compared extends Pick<Deployment, "generator"> {
  readonly series: readonly Pick<DeployedSeries, "id" | "way" | "direct">[];
}

/** Embeds the same photos by every way, without the link, and compares directions with those of the first way. */
export async function measureAgreement(
  { generator, series }: Compared,
  photoSize: PhotoSize,
): Promise<Agreement[]> {
  const agreements: Agreement[] = [];
  let expected: readonly Float32Array[] | undefined;
  for (const { id, way, direct } of series) {
    const load = { way, target: direct, photoSize, clients: 1, seconds: 1 };
    await generator.call("prepare", closedJob(load));
    const rows = await generator.call("embed", PHOTOS);
    const embeddings = rows.map((row) => Float32Array.from(row));
    await generator.call("finish");
    expected ??= embeddings;
    const first = expected;
    const cosines = embeddings.map((row, photo) => cosine(row, first[photo] ?? row));
    agreements.push({ series: id, cosineMin: Math.min(...cosines) });
  }
  return agreements;
}
