/**
 * The study of the people who had the problem, repeated by the model: 43.2 images a second on four GPUs, 1.8 times what
 * one did, since the line was full of tensors. And the same with JPEGs.
 */
import { barChart } from "../bench/report/bars.ts";
import { soloOf } from "../bench/report/figures.ts";
import type { BenchResult } from "../bench/report/result.ts";
import { standalone, type ThemeName, THEMES } from "../bench/report/standalone.ts";
import { short } from "../bench/report/svg.ts";
import { fullRate } from "../testing/simulated_triton/batch_curve.ts";
import { modelFleet } from "./fleet.ts";

/** What they saw with four GPUs. */
export const SEEN = { gpus: 4, imagesPerSecond: 43.2, timesOne: 1.8 } as const;

/** Chosen: 8.4 ms an image on a GPU, 10 ms away, one request in flight a GPU. Nobody wrote down what theirs were. */
const GPU = { curve: { batchMs: 0, imageMs: 8.4 }, batchMax: 1 } as const;
const RTT_MS = 10;
const COUNTS = [1, 2, 4];
const REQUESTS = 4000;

/** Ways of the committed result whose bytes on the line are taken. */
const WAYS = { tensors: "triton-grpc", JPEGs: "gateway-raw" } as const;

/** One number of GPUs. */
export interface ScalingPoint {
  readonly sends: keyof typeof WAYS;
  readonly gpus: number;
  readonly clientsPerGpu: number;
  readonly imagesPerSecond: number;
}

/** Runs the model: the line's bandwidth is the one at which four GPUs do what was seen. */
export function modelScaling(result: BenchResult, coreMs: number): ScalingPoint[] {
  const bytesOf = (sends: keyof typeof WAYS) => soloOf(result, WAYS[sends])?.bytes.wireUp ?? NaN;
  const line = { rttMs: RTT_MS, bytesPerMs: (SEEN.imagesPerSecond / 1000) * bytesOf("tensors") };
  const point = (sends: keyof typeof WAYS, clientsPerGpu: number) => (gpus: number) => {
    const bytes = bytesOf(sends);
    const { imagesPerSecond } = modelFleet({
      pods: 1,
      balancing: "random",
      line,
      gateway: { cores: 4, slots: 256 },
      gpus: { ...GPU, gpus },
    }, {
      pattern: { kind: "closed", clients: clientsPerGpu * gpus },
      requests: REQUESTS,
      // Whoever sends tensors has decoded before.
      photos: [{ share: 1, bytes, coreMs: sends === "tensors" ? 0 : coreMs }],
      seed: 1,
    });
    return { sends, gpus, clientsPerGpu, imagesPerSecond };
  };
  return [
    ...COUNTS.map(point("tensors", 1)),
    ...COUNTS.map(point("JPEGs", 1)),
    ...COUNTS.map(point("JPEGs", 4)),
  ];
}

/** Where the picture of a theme stands, from the root. */
export function scalingPath(theme: ThemeName): string {
  return `docs/scaling-${theme}.svg`;
}

/** Draws the points as an SVG file: what is used of the GPUs, and in gray what is not. */
export function scalingPicture(points: readonly ScalingPoint[], name: ThemeName): string {
  const { page, pieces: colors } = THEMES[name];
  const color = { tensors: colors.bytes, JPEGs: colors.work };
  const all = fullRate(GPU.curve, GPU.batchMax);
  const first = (one: ScalingPoint) =>
    points.find((other) => other.sends === one.sends && other.clientsPerGpu === one.clientsPerGpu);
  const times = (one: ScalingPoint) => one.imagesPerSecond / (first(one)?.imagesPerSecond ?? NaN);
  const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const bars = points.map((one) => ({
    label: `${one.sends}, ${plural(one.gpus, "GPU")}, ${one.clientsPerGpu * one.gpus} in flight`,
    pieces: [
      { value: one.imagesPerSecond, color: color[one.sends] },
      { value: one.gpus * all - one.imagesPerSecond, color: page.grid },
    ],
    note: `${short(one.imagesPerSecond)}/s` +
      (one.gpus === 1 ? "" : `, ${times(one).toFixed(1)} × one GPU`),
  }));
  const svg = barChart({
    title: "Images a second on 1, 2 and 4 GPUs behind one line: SIMULATED",
    description: bars.map(({ label, note }) => `${label}: ${note}`).join("; "),
    unit: "images/s",
    background: page.background,
    legend: [
      { label: "tensors through the line", color: color.tensors },
      { label: "JPEGs through the line", color: color.JPEGs },
      { label: "GPUs that wait", color: page.grid },
    ],
    bars,
  });
  return standalone(svg, page);
}
