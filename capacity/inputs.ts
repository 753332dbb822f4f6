/** What capacity is reckoned from: committed measurements, and rates of GPUs that nobody measured here. */
import { type HeldContest, standingFigures } from "../bench/peers/standings_table.ts";
import type { SizeCost } from "../bench/report/result.ts";
import { readResult, RESULTS_FOLDER } from "../bench/report/result_file.ts";
import { type BatchCurve, fullRate } from "../testing/simulated_triton/batch_curve.ts";

/** One GPU running ViT-B/32. */
export interface GpuRate {
  readonly gpu: string;
  readonly source: "measured" | "published" | "derived";
  readonly imagesPerSecond: number;
}

/** Where one process of so many isolates, a core each, was full. */
export interface ProcessLimit {
  readonly isolates: number;
  readonly photoSize: string;
  readonly imagesPerSecond: number;
}

/** Everything that the table and the studies need. */
export interface CapacityInputs {
  readonly sizes: readonly SizeCost[];
  readonly limits: readonly ProcessLimit[];
  readonly gpus: readonly GpuRate[];
  readonly measured: MeasuredGpu;
}

/** One batch size of a measured GPU. */
interface MeasuredBatch {
  readonly precision: string;
  /** Execution provider of ONNX Runtime. */
  readonly provider: string;
  readonly batch: number;
  /** With input and output in the GPU's memory, and with both in the host's. */
  readonly medianMs: number;
  readonly hostMs: number;
}

/** A GPU that was measured, as `bench/results/gpu_h100.json` has it. */
export interface MeasuredGpu {
  readonly gpu: string;
  readonly rows: readonly MeasuredBatch[];
}

/** Of the models in the repository: Triton makes no larger batch. */
export const BATCH_MAX = 32;

/** In FP16: FasterTransformer's published rates for ViT-B/16 scaled by work (T4, A100), and arithmetic peak (L4). */
const GPUS: readonly GpuRate[] = [
  { gpu: "T4", source: "published", imagesPerSecond: 2200 },
  { gpu: "L4", source: "derived", imagesPerSecond: 4200 },
  { gpu: "A100", source: "published", imagesPerSecond: 12_700 },
];

/** What the runtime makes of an FP32 model by default, and a model in FP16. */
const PRECISIONS = ["TF32", "FP16"];

/** Contests in which the gateway stands beside a Triton, as in production. */
const BESIDE_TRITON = ["triton-thumbnails", "triton-web"];

/** The committed inputs. */
export async function readInputs(): Promise<CapacityInputs> {
  const [wan, peers, isolates, measured] = await Promise.all([
    readResult("wan"),
    readJson<{ readonly contests: readonly HeldContest[] }>("peers"),
    readJson<{ readonly rows: readonly ProcessLimit[] }>("isolates"),
    readJson<MeasuredGpu>("gpu_h100"),
  ]);
  return {
    sizes: newestCosts(wan.photoSizes, peers.contests),
    limits: isolates.rows,
    gpus: [...GPUS, ...measuredRates(measured)],
    measured,
  };
}

/** A photo's cost by its size, from the newer measurement where a size has two. */
export function newestCosts(
  sizes: readonly SizeCost[],
  contests: readonly HeldContest[],
): SizeCost[] {
  return sizes.map((size) => {
    const held = contests.find(({ name, photoSize }) =>
      BESIDE_TRITON.includes(name) && photoSize === size.photoSize
    );
    // The gateway comes first in its contests.
    const gateway = held?.standings[0];
    return gateway === undefined ? size : { ...size, gatewayCpuMs: standingFigures(gateway).cpuMs };
  });
}

/** The batch curve of one precision of a measured GPU, with its input there. */
export function measuredCurve({ rows }: MeasuredGpu, precision: string): BatchCurve {
  const points = rows.filter((row) => row.precision === precision)
    .map(({ batch, medianMs }) => ({ images: batch, ms: medianMs }))
    .toSorted((a, b) => a.images - b.images);
  return { points };
}

/** What a measured GPU does with full batches, by precision. */
export function measuredRates(measured: MeasuredGpu): GpuRate[] {
  return PRECISIONS.map((precision) => ({
    gpu: `${measured.gpu}, ${precision}`,
    source: "measured",
    imagesPerSecond: fullRate(measuredCurve(measured, precision), BATCH_MAX),
  }));
}

async function readJson<T>(name: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(new URL(`${name}.json`, RESULTS_FOLDER)));
}
