/** What it takes to keep a GPU busy, by photo size: from the gateway's measured cost and the GPUs' published rates. */
import type { SizeCost } from "./result.ts";
import { markdownTable } from "./readme_table.ts";
import { formatBytes, short } from "./svg.ts";

/**
 * GPUs running ViT-B/32 in FP16, images a second: not measured here, but FasterTransformer's published rates for
 * ViT-B/16 scaled by work (T4, A100), and arithmetic peak (L4, H100).
 */
const GPUS = { T4: 2200, L4: 4200, A100: 12_700, H100: 30_000 } as const;

/** Prices an hour, in any currency. */
export interface Prices {
  readonly gpuHour: number;
  readonly coreHour: number;
}

const CORES_A_REPLICA = 4;
const TENSOR_BYTES = 3 * 224 * 224 * 4;
const HEAD = ["Photo", "GPU (rate not measured)", "images/s", "cores", "replicas of 4", "Gbit/s"];

/** Every size on every GPU, as Markdown; with prices, what 1,000 images cost as well. */
export function capacityTable(sizes: readonly SizeCost[], prices?: Prices): string {
  const rows = sizes.flatMap(({ photoSize, jpegBytesMean, gatewayCpuMs }) =>
    Object.entries(GPUS).map(([gpu, imagesPerSecond]) => {
      const cores = (imagesPerSecond * gatewayCpuMs) / 1000;
      const gbit = (bytes: number) => short((bytes * imagesPerSecond * 8) / 1e9);
      const hourly = prices && prices.gpuHour + cores * prices.coreHour;
      return [
        `${photoSize} px, ${formatBytes(jpegBytesMean)}`,
        gpu,
        short(imagesPerSecond),
        short(cores),
        String(Math.ceil(cores / CORES_A_REPLICA)),
        `${gbit(jpegBytesMean)} (tensors ${gbit(TENSOR_BYTES)})`,
        ...(hourly === undefined
          ? []
          : [((hourly * 1000) / (imagesPerSecond * 3600)).toPrecision(3)]),
      ];
    })
  );
  return markdownTable(prices === undefined ? HEAD : [...HEAD, "cost of 1,000 images"], rows);
}
