/** What it takes to keep a GPU busy, by photo size: cores, processes, bandwidth, cost. */
import { markdownTable } from "../bench/report/readme_table.ts";
import { formatBytes, short } from "../bench/report/svg.ts";
import type { CapacityInputs, ProcessLimit } from "./inputs.ts";

/** Prices an hour, in any currency. */
export interface Prices {
  readonly gpuHour: number;
  readonly coreHour: number;
}

const TENSOR_BYTES = 3 * 224 * 224 * 4;
const HEAD = ["Photo", "GPU", "images/s", "cores", "processes", "Gbit/s"];

/** Every size on every GPU, as Markdown; with prices, what 1,000 images cost as well. */
export function capacityTable(
  { sizes, limits, gpus }: Omit<CapacityInputs, "measured">,
  prices?: Prices,
): string {
  const rows = sizes.flatMap(({ photoSize, jpegBytesMean, gatewayCpuMs }) =>
    gpus.map(({ gpu, source, imagesPerSecond }) => {
      const cores = (imagesPerSecond * gatewayCpuMs) / 1000;
      const gbit = (bytes: number) => short((bytes * imagesPerSecond * 8) / 1e9);
      const hourly = prices && prices.gpuHour + cores * prices.coreHour;
      return [
        `${photoSize} px, ${formatBytes(jpegBytesMean)}`,
        `${gpu} (${source})`,
        short(imagesPerSecond),
        short(cores),
        short(processes({ cores, imagesPerSecond, photoSize }, limits)),
        `${gbit(jpegBytesMean)} (tensors ${gbit(TENSOR_BYTES)})`,
        ...(hourly === undefined
          ? []
          : [((hourly * 1000) / (imagesPerSecond * 3600)).toPrecision(3)]),
      ];
    })
  );
  return markdownTable(prices === undefined ? HEAD : [...HEAD, "cost of 1,000 images"], rows);
}

/** What one GPU wants of its gateways. */
interface Demand {
  readonly photoSize: string;
  readonly cores: number;
  readonly imagesPerSecond: number;
}

/** Processes of as many isolates as were ever measured: enough for the cores, and none above what one was seen to do. */
function processes(demand: Demand, limits: readonly ProcessLimit[]): number {
  const isolates = Math.max(...limits.map(({ isolates }) => isolates));
  const measured = limits.find((limit) =>
    limit.isolates === isolates && limit.photoSize === demand.photoSize
  );
  const byRate = demand.imagesPerSecond / (measured?.imagesPerSecond ?? Infinity);
  return Math.max(Math.ceil(demand.cores / isolates), Math.ceil(byRate));
}
