/** Resize with crop, and normalisation: the SIMD kernel, the plain code and Pillow with numpy, by turns. */
import { createHash } from "node:crypto";
import type { PixelImage } from "../../preprocess/contract/pixels.ts";
import { ResizeKernel } from "../../preprocess/kernel/simd_resize.ts";
import { cropGeometry } from "../../preprocess/resize/geometry.ts";
import { createNormalizer } from "../../preprocess/resize/normalize.ts";
import { rgbCrop } from "../../preprocess/resize/rgb_crop.ts";
import { casePixels, NORMALIZATION } from "../../testing/resize_cases.ts";
import { markdownTable } from "../report/readme_table.ts";
import { summarize } from "../timing/statistics.ts";
import { PillowProcess, type Times } from "./pillow_process.ts";

const SETTINGS = { size: 224, pillow: 13 } as const;
/** Sides, and runs a round: more of those that end soon. 1000×3000 is resized vertically first. */
const SIZES = [
  [224, 224, 40],
  [256, 256, 40],
  [640, 480, 20],
  [640, 640, 20],
  [1600, 1200, 6],
  [1000, 3000, 6],
  [4000, 3000, 2],
] as const;

/** Does a number of runs. */
type Contestant = (runs: number) => Promise<Times> | Times;

/** Compare minima. @throws {Error} when a crop differs. */
export async function resizeTable(rounds: number, python: string | undefined): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const pillow = python === undefined ? undefined : await startPillow(python, stack);
  const kernel = new ResizeKernel({ ...SETTINGS, ...NORMALIZATION });
  const rows: string[][] = [];
  for (const [width, height, runs] of SIZES) {
    const shape = { width, height, mode: "RGB" } as const;
    const image = { ...shape, data: casePixels({ ...shape, pattern: "noise", seed: 1 }) };
    const contestants = new Map([
      ["kernel", simdKernel(image, kernel)],
      ["plain code", plainCode(image)],
    ]);
    if (pillow !== undefined) contestants.set("Pillow", await pillow(image));
    const results = await compete(contestants, rounds, runs);
    if (new Set(results.values().map(({ crop }) => crop)).size > 1) {
      throw new Error(`Crops of ${width}×${height} differ`);
    }
    rows.push(...[...results].map(([name, times]) => row(`${width}×${height}, ${name}`, times)));
  }
  return markdownTable(["ms", "resize min", "median", "normalise min", "median"], rows);
}

function row(name: string, { resize, normalize }: Times): string[] {
  const timings = [resize, normalize].map(summarize);
  return [name, ...timings.flatMap(({ min, p50 }) => [min, p50]).map((ms) => ms.toFixed(3))];
}

function measure(
  runs: number,
  crop: () => Uint8Array,
  normalize: (crop: Uint8Array) => void,
): Times {
  const times = { resize: [] as number[], normalize: [] as number[] };
  let last: Uint8Array = new Uint8Array();
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    last = crop();
    const middle = performance.now();
    normalize(last);
    times.resize.push(middle - start);
    times.normalize.push(performance.now() - middle);
  }
  return { ...times, crop: createHash("sha256").update(last).digest("hex") };
}

function plainCode(image: PixelImage): Contestant {
  const normalize = createNormalizer(NORMALIZATION);
  const target = new Float32Array(3 * SETTINGS.size ** 2);
  return (runs) => measure(runs, () => rgbCrop(image, SETTINGS), (crop) => normalize(crop, target));
}

function simdKernel(image: PixelImage, kernel: ResizeKernel): Contestant {
  const data = kernel.input(image);
  data.set(image.data);
  return (runs) =>
    measure(runs, () => kernel.crop({ ...image, data }), (crop) => kernel.normalize(crop));
}

/** Images as contestants that Pillow runs. */
async function startPillow(
  python: string,
  stack: AsyncDisposableStack,
): Promise<(image: PixelImage) => Promise<Contestant>> {
  const pillow = stack.use(await PillowProcess.start(python));
  return async ({ width, height, data }) => {
    const path = await pillow.write(data);
    const { resizedWidth, resizedHeight, left, top, size } = cropGeometry(width, height, SETTINGS);
    const box = [resizedWidth, resizedHeight, left, top, size];
    return (runs) => pillow.call("resize", { path, width, height, box, runs });
  };
}

async function compete(
  contestants: ReadonlyMap<string, Contestant>,
  rounds: number,
  runs: number,
): Promise<Map<string, Times>> {
  const all = new Map<string, Times>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, contestant] of contestants) {
      const times = await contestant(runs);
      const before = all.get(name);
      before?.resize.push(...times.resize);
      before?.normalize.push(...times.normalize);
      if (before === undefined) all.set(name, times);
    }
  }
  return all;
}
