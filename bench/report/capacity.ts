/** What it takes to keep a GPU busy, by photo size: from the gateway's measured cost and the GPUs' published rates. */
import type { SizeCost } from "../studies/photo_sizes.ts";
import { markdownTable } from "./readme_table.ts";
import { formatBytes, short } from "./svg.ts";

/** A GPU running ViT-B/32 in FP16. */
export interface Gpu {
  readonly name: string;
  /** From published benchmarks of the same or a related model; not measured here. */
  readonly imagesPerSecond: number;
}

/** Rates for ViT-B/32: FasterTransformer's for ViT-B/16 scaled by work (T4, A100), arithmetic peak (L4, H100). */
export const GPUS: readonly Gpu[] = [
  { name: "T4", imagesPerSecond: 2200 },
  { name: "L4", imagesPerSecond: 4200 },
  { name: "A100", imagesPerSecond: 12_700 },
  { name: "H100", imagesPerSecond: 30_000 },
];

/** Prices an hour, in any currency. */
export interface Prices {
  readonly gpuHour: number;
  readonly coreHour: number;
}

/** A photo size on a GPU. */
export interface CapacityRow {
  readonly photo: string;
  readonly jpegBytes: number;
  readonly gpu: string;
  readonly imagesPerSecond: number;
  /** Cores of the gateway's, of the kind measured. */
  readonly cores: number;
  /** Gateways of four cores each. */
  readonly replicas: number;
  /** Into the gateway, and what tensors would need instead. */
  readonly jpegGbit: number;
  readonly tensorGbit: number;
  /** Of GPU and cores, for 1,000 images. */
  readonly costPerThousand?: number;
}

const CORES_A_REPLICA = 4;
const TENSOR_BYTES = 3 * 224 * 224 * 4;

/** Crosses sizes and GPUs. */
export function capacityRows(sizes: readonly SizeCost[], prices?: Prices): CapacityRow[] {
  return sizes.flatMap((size) =>
    GPUS.map(({ name, imagesPerSecond }) => {
      const cores = (imagesPerSecond * size.gatewayCpuMs) / 1000;
      const gbit = (bytes: number) => (bytes * imagesPerSecond * 8) / 1e9;
      const hourly = prices && prices.gpuHour + cores * prices.coreHour;
      return {
        photo: `${size.photoSize} px`,
        jpegBytes: size.jpegBytesMean,
        gpu: name,
        imagesPerSecond,
        cores,
        replicas: Math.ceil(cores / CORES_A_REPLICA),
        jpegGbit: gbit(size.jpegBytesMean),
        tensorGbit: gbit(TENSOR_BYTES),
        ...(hourly === undefined
          ? {}
          : { costPerThousand: (hourly * 1000) / (imagesPerSecond * 3600) }),
      };
    })
  );
}

const HEAD = ["Photo", "GPU (rate not measured)", "images/s", "cores", "replicas of 4", "Gbit/s"];

/** The same as Markdown; with prices, what 1,000 images cost as well. */
export function capacityTable(sizes: readonly SizeCost[], prices?: Prices): string {
  const rows = capacityRows(sizes, prices).map((row) => [
    `${row.photo}, ${formatBytes(row.jpegBytes)}`,
    row.gpu,
    short(row.imagesPerSecond),
    short(row.cores),
    String(row.replicas),
    `${short(row.jpegGbit)} (tensors ${short(row.tensorGbit)})`,
    ...(row.costPerThousand === undefined ? [] : [short(row.costPerThousand)]),
  ]);
  return markdownTable(prices === undefined ? HEAD : [...HEAD, "cost of 1,000 images"], rows);
}
