/** What a photo costs the gateway by its size: the basis of the capacity table. */
import { takeTurn } from "../load/turns.ts";
import { PHOTO_SIZE_NAMES } from "../../testing/photo_set.ts";
import type { SizeCost } from "../report/result.ts";
import type { Deployment } from "./deployment.ts";

const CLIENTS = 8;

/** Loads the gateway with photos of every size, without any link. */
export async function measurePhotoSizes(
  { generator, series, roles }: Deployment,
  seconds: number,
): Promise<SizeCost[]> {
  const raw = series.find(({ way }) => way === "gateway-raw");
  if (raw === undefined || roles.gateway === undefined) return [];
  const subject = { way: raw.way, target: raw.direct, pid: roles.gateway };
  const costs: SizeCost[] = [];
  for (const photoSize of PHOTO_SIZE_NAMES) {
    const turn = await takeTurn(generator, subject, { photoSize, clients: CLIENTS, seconds });
    const { jpegBytesMean, requestsPerSecond: imagesPerSecond, cpuMs: gatewayCpuMs } = turn;
    costs.push({ photoSize, jpegBytesMean, imagesPerSecond, gatewayCpuMs });
  }
  return costs;
}
