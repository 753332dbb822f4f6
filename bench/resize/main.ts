// deno-lint-ignore-file no-console
/** `deno task bench:resize`: resize, crop and normalise beside Pillow and numpy. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { cropGeometry } from "../../preprocess/resize/geometry.ts";
import { ResizeKernel } from "../../preprocess/kernel/simd_resize.ts";
import { createNormalizer } from "../../preprocess/resize/normalize.ts";
import type { PixelImage } from "../../preprocess/contract/pixels.ts";
import { rgbCrop } from "../../preprocess/resize/rgb_crop.ts";
import { casePixels, NORMALIZATION } from "../../testing/resize_cases.ts";
import { positive, runProgram } from "../../command/program.ts";
import { TextLineStream } from "../processes/lines.ts";
import { installPython, ONNX_ENVIRONMENT } from "../service/python_environment.ts";

const HELP = `Usage: deno task bench:resize [options]

Times resize and crop, and normalisation, of the SIMD kernel, of the plain code and of Pillow with numpy. They take
turns, so that whatever else the machine does hits all of them; compare minima. Exits 1 if a crop differs.

  --rounds N   turns (10)
  --no-pillow  without Pillow, which needs Python 3.11`;

const OPTIONS = {
  rounds: { type: "string", default: "10" },
  "no-pillow": { type: "boolean", default: false },
} as const;

const CACHE = fileURLToPath(new URL("../../.cache", import.meta.url));

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

/** Milliseconds of each run, and what came out. */
interface Times {
  readonly resize: number[];
  readonly normalize: number[];
  /** SHA-256 of the crop. */
  readonly crop: string;
}

/** Does a number of runs. */
type Contestant = (runs: number) => Promise<Times> | Times;

function measure(
  runs: number,
  crop: () => Uint8Array,
  normalize: (crop: Uint8Array) => void,
): Times {
  const times: Times = { resize: [], normalize: [], crop: "" };
  let last = new Uint8Array();
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    last = crop() as Uint8Array<ArrayBuffer>;
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

/** A Python process that answers a line with a line. */
class Pillow implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  /** For pixels. */
  readonly #folder: string;

  constructor(python: string) {
    this.#folder = Deno.makeTempDirSync({ dir: CACHE, prefix: "resize_" });
    const script = new URL("pillow.py", import.meta.url).pathname;
    this.#child = new Deno.Command(python, { args: [script], stdin: "piped", stdout: "piped" })
      .spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = this.#child.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
  }

  /** Writes the pixels to a file, whence Python reads them once. */
  async contestant(image: PixelImage): Promise<Contestant> {
    const { width, height } = image;
    const path = `${this.#folder}/${width}x${height}`;
    await Deno.writeFile(path, image.data);
    const { resizedWidth, resizedHeight, left, top, size } = cropGeometry(width, height, 224);
    const box = [resizedWidth, resizedHeight, left, top, size];
    return async (runs) => {
      const request = JSON.stringify({ path, width, height, box, runs });
      await this.#writer.write(new TextEncoder().encode(`${request}\n`));
      const { done, value } = await this.#lines.read();
      if (done) throw new Error("Cannot read from Python: it has ended");
      return JSON.parse(value);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
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

function format(times: readonly number[]): string {
  const sorted = times.toSorted((left, right) => left - right);
  const [least, median] = [sorted[0] ?? NaN, sorted[sorted.length >> 1] ?? NaN];
  return `${least.toFixed(3).padStart(9)} ${median.toFixed(3).padStart(9)}`;
}

function print(title: string, results: ReadonlyMap<string, Times>): void {
  const crops = new Set([...results.values()].map(({ crop }) => crop));
  console.log(`${title}  ${crops.size === 1 ? "same crops" : "CROPS DIFFER"}`);
  if (crops.size > 1) Deno.exitCode = 1;
  const kernel = results.get("kernel");
  const least = ({ resize, normalize }: Times) => Math.min(...resize) + Math.min(...normalize);
  for (const [name, times] of results) {
    const ratio = kernel === undefined ? NaN : least(times) / least(kernel);
    console.log(
      `  ${name.padEnd(8)}${format(times.resize)}  ${format(times.normalize)}  ${
        ratio.toFixed(1).padStart(6)
      }`,
    );
  }
}

async function run(rounds: number, withPillow: boolean): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const pillow = withPillow
    ? stack.use(new Pillow(await installPython(ONNX_ENVIRONMENT, console.log)))
    : undefined;
  console.log("          resize min    median  normalise min median   × kernel (minima)   [ms]");
  const kernel = new ResizeKernel({ ...SETTINGS, ...NORMALIZATION });
  for (const [width, height, runs] of SIZES) {
    const shape = { width, height, channels: 3 } as const;
    const image = { ...shape, data: casePixels({ ...shape, pattern: "noise", seed: 1 }) };
    const contestants = new Map([
      ["kernel", simdKernel(image, kernel)],
      ["plain", plainCode(image)],
    ]);
    if (pillow !== undefined) contestants.set("pillow", await pillow.contestant(image));
    print(`${width}×${height}`, await compete(contestants, rounds, runs));
  }
}

if (import.meta.main) {
  await runProgram(
    { help: HELP, options: OPTIONS },
    ({ values }) => run(positive("rounds", values.rounds), !values["no-pillow"]),
  );
}
