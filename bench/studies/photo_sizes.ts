/** What a photo costs the gateway by its size: the basis of the capacity table. */
import type { Deployment } from "../grid/deployment.ts";
import { PHOTO_SIZES, type PhotoSize } from "../photos/photo_set.ts";
import { cpuBetween, sampleCpu } from "../processes/cpu.ts";

/** One size, sent as it is by several clients, without any link. */
export interface SizeCost {
  readonly photoSize: PhotoSize;
  readonly jpegBytesMean: number;
  readonly clients: number;
  readonly requests: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly imagesPerSecond: number;
  readonly latencyMsP50: number;
  /** Processor time of the gateway an image, all its threads. */
  readonly gatewayCpuMs: number;
  readonly residentMiB: number;
}

const CLIENTS = 8;

/** Loads the gateway with photos of every size. */
export async function measurePhotoSizes(
  deployment: Deployment,
  seconds: number,
): Promise<SizeCost[]> {
  const { generator, series, roles } = deployment;
  const raw = series.find(({ way }) => way === "gateway-raw");
  if (raw === undefined || roles.gateway === undefined) return [];
  const costs: SizeCost[] = [];
  for (const photoSize of Object.keys(PHOTO_SIZES) as PhotoSize[]) {
    const { jpegBytesMean } = await generator.prepare({
      way: raw.way,
      target: raw.direct,
      photoSize,
      batch: 1,
      pattern: { kind: "closed", clients: CLIENTS },
      limits: {
        requestsMax: Number.MAX_SAFE_INTEGER,
        secondsMax: seconds,
        graceSeconds: seconds,
      },
    });
    const before = await sampleCpu({ gateway: roles.gateway });
    const load = await generator.run();
    const { gateway } = cpuBetween(before, await sampleCpu({ gateway: roles.gateway }));
    await generator.finish();
    costs.push({
      photoSize,
      jpegBytesMean,
      clients: CLIENTS,
      requests: load.requests,
      errors: load.errors,
      imagesPerSecond: load.imagesPerSecond,
      latencyMsP50: load.latencyMs.p50,
      gatewayCpuMs: (gateway?.cpuMs ?? NaN) / load.images,
      residentMiB: gateway?.residentMiB ?? NaN,
    });
  }
  return costs;
}
