/**
 * What fast decoding saves and what it changes. All ways take turns in one run, so that whatever else the machine does
 * hits all of them; the ratios are what carries over.
 */
import { EmbeddedEngine } from "../../gateway/engine/onnx/embedded_engine.ts";
import { Deadline } from "../../gateway/work/deadline.ts";
import { SlotWriter } from "../../gateway/work/slot_writer.ts";
import { cosine } from "../../models/contract/vectors.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { type CameraPhotoOptions, cameraPhotos } from "../../testing/camera_photos.ts";
import { DCT_MODEL, readDctManifest } from "../../testing/dct_model.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { markdownTable } from "../report/readme_table.ts";
import { mean, summarize } from "../timing/statistics.ts";
import { levelDrift } from "./drift.ts";

const FAST = { ...OPEN_CLIP, decode: "fast" } as const;
/** Multiples of the model's size that must be left; 2 is the default. */
const SCALES_MIN = [1, 2, 4];
/** Nothing is left of an infinite number of sizes: such a photo is decoded exactly. */
const EXACT = Infinity;
const PHOTOS = 3;
const SIZES: readonly Omit<CameraPhotoOptions, "count">[] = [
  { kind: "enlarged", width: 1600, height: 1200, quality: 85 },
  { kind: "enlarged", width: 4000, height: 3000, quality: 50 },
  { kind: "enlarged", width: 4000, height: 3000, quality: 85 },
  // No side can be halved.
  { kind: "enlarged", width: 4007, height: 2999, quality: 85 },
  { kind: "enlarged", width: 5472, height: 3648, quality: 85 },
  { kind: "mosaic", width: 1600, height: 1200, quality: 85 },
  { kind: "mosaic", width: 4000, height: 3000, quality: 85 },
];
const HEAD = ["photo", "size", "MB", "times the model's size", "exact ms", "fast ms", "faster"]
  .concat(["mean", "max", "PSNR", "1 − cos"]);

/** What one way gave of one photo. */
interface Outcome {
  readonly ms: number[];
  readonly crop: Uint8Array;
  readonly embedding: Float32Array;
}

/** Runs photos through preprocessing and the model `dct_512`. */
class Subject implements AsyncDisposable {
  readonly #engine: EmbeddedEngine;
  readonly #stack = new AsyncDisposableStack();
  readonly #writer = this.#stack.use(new SlotWriter());
  readonly #preprocessors: ReadonlyMap<number, Preprocessor>;

  constructor(engine: EmbeddedEngine) {
    this.#engine = this.#stack.use(engine);
    const settings = preprocessorSettings();
    this.#preprocessors = new Map([EXACT, ...SCALES_MIN].map((scaleMin) => {
      const fastSideMin = scaleMin * settings.preprocess.size;
      return [scaleMin, this.#stack.use(new Preprocessor({ ...settings, fastSideMin }))];
    }));
  }

  /** Every photo in every way, by turns. */
  async measure(jpegs: readonly Uint8Array<ArrayBuffer>[], rounds: number) {
    const ways = new Map<number, Outcome[]>([EXACT, ...SCALES_MIN].map((way) => [way, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [index, jpeg] of jpegs.entries()) {
        for (const [scaleMin, outcomes] of ways) {
          const outcome = await this.#run(jpeg, scaleMin);
          const before = outcomes[index];
          if (before === undefined) outcomes[index] = outcome;
          else before.ms.push(...outcome.ms);
        }
      }
    }
    return ways;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #run(jpeg: Uint8Array<ArrayBuffer>, scaleMin: number): Promise<Outcome> {
    const preprocessor = this.#preprocessors.get(scaleMin) as Preprocessor;
    const started = performance.now();
    const { crop } = await preprocessor.preprocess(jpeg, FAST);
    const ms = [performance.now() - started];
    using lease = this.#engine.lease(1, "request");
    const address = lease?.addresses[0];
    if (lease === undefined || address === undefined) throw new Error("Cannot lease a slot");
    this.#writer.write(new Uint8Array(preprocessor.normalize(crop).buffer), address);
    using deadline = new Deadline({ timeoutMs: 10_000 });
    const embedding = (await lease.infer([0], deadline)).rows[0] as Float32Array;
    return { ms, crop, embedding };
  }
}

/** A Markdown table. */
export async function decodeTable(rounds: number): Promise<string> {
  const manifest = readDctManifest();
  const model = { manifest, ...await DCT_MODEL.onnx(), requestTimeoutMs: 10_000 };
  const settings = { slots: 1, batchImagesMax: 1, batchDelayMsMax: 0, threads: 1 };
  await using subject = new Subject(await EmbeddedEngine.create({ ...model, ...settings }));
  const rows: string[][] = [];
  for (const size of SIZES) {
    const jpegs = await cameraPhotos({ ...size, count: PHOTOS });
    await subject.measure(jpegs, 1); // so that nothing is new
    const ways = await subject.measure(jpegs, rounds);
    const megabytes = mean(jpegs.map(({ length }) => length / 1e6)).toFixed(1);
    const name = [size.kind, `${size.width}×${size.height}`, megabytes];
    const of = (scaleMin: number) => ways.get(scaleMin) as Outcome[];
    for (const scale of SCALES_MIN) {
      rows.push([...name, `≥ ${scale}`, ...row(of(EXACT), of(scale))]);
    }
  }
  return markdownTable(HEAD, rows);
}

function row(exact: readonly Outcome[], fast: readonly Outcome[]): string[] {
  const median = (outcomes: readonly Outcome[]) => summarize(outcomes.flatMap(({ ms }) => ms)).p50;
  const pairs = exact.map((left, index) => [left, fast[index] as Outcome] as const);
  const levels = pairs.map(([left, right]) => levelDrift(left.crop, right.crop));
  const drifts = pairs.map(([left, right]) => 1 - cosine(left.embedding, right.embedding));
  return [
    median(exact).toFixed(1),
    median(fast).toFixed(1),
    (median(exact) / median(fast)).toFixed(2),
    mean(levels.map(({ mean }) => mean)).toFixed(2),
    Math.max(...levels.map(({ max }) => max)).toFixed(0),
    Math.min(...levels.map(({ psnr }) => psnr)).toFixed(1).replace("Infinity", "∞"),
    Math.max(...drifts).toExponential(1),
  ];
}
