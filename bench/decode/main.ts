// deno-lint-ignore-file no-console
/**
 * `deno task bench:decode`: what fast decoding saves and what it changes, as a Markdown table. All ways take turns in
 * one run, so that whatever else the machine does hits all of them; the ratios are what carries over.
 */
import { Deadline } from "../../gateway/work/deadline.ts";
import { EmbeddedEngine } from "../../gateway/engine/onnx/embedded_engine.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { SlotWriter } from "../../gateway/work/slot_writer.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { DCT_MODEL, readDctManifest } from "../../testing/dct_model.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { positive, runProgram } from "../../command/program.ts";
import { mean, summarize } from "../timing/statistics.ts";
import { type CameraPhotoOptions, cameraPhotos } from "./camera_photos.ts";
import { directionDrift, levelDrift } from "./drift.ts";

const HELP = `Usage: deno task bench:decode [options]

Prints what fast decoding saves and what it changes, as a Markdown table.

  --rounds N  times each photo is preprocessed in each way (7)`;

const FAST = { ...OPEN_CLIP, decode: "fast" } as const;
/** Multiples of the model's size that must be left; 2 is the default. */
const SCALES_MIN = [1, 2, 4];
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

/** What one way gave of one photo. */
interface Outcome {
  readonly ms: number[];
  crop: Uint8Array;
  embedding: Float32Array;
}

/** Runs photos through preprocessing and the model `dct_512`. */
class Subject implements AsyncDisposable {
  readonly #engine: EmbeddedEngine;
  readonly #preprocessors: ReadonlyMap<number, Preprocessor>;
  readonly #writer = new SlotWriter();

  constructor(engine: EmbeddedEngine) {
    this.#engine = engine;
    const settings = preprocessorSettings();
    const { size } = settings.preprocess;
    this.#preprocessors = new Map(
      // Nothing is left of an infinite number of sizes: such a photo is decoded exactly.
      [Infinity, ...SCALES_MIN].map((scaleMin) => [
        scaleMin,
        new Preprocessor({ ...settings, fastSideMin: scaleMin * size }),
      ]),
    );
  }

  async preprocess(jpeg: Uint8Array<ArrayBuffer>, scaleMin: number): Promise<Outcome> {
    const preprocessor = this.#preprocessors.get(scaleMin) as Preprocessor;
    const started = performance.now();
    const { crop } = await preprocessor.preprocess(jpeg, FAST);
    const ms = [performance.now() - started];
    return { ms, crop, embedding: await this.#embed(preprocessor, crop) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const preprocessor of this.#preprocessors.values()) preprocessor[Symbol.dispose]();
    this.#writer[Symbol.dispose]();
    await this.#engine[Symbol.asyncDispose]();
  }

  async #embed(
    preprocessor: Preprocessor,
    crop: Uint8Array<ArrayBuffer>,
  ): Promise<Float32Array> {
    using lease = this.#engine.lease(1, "request");
    const address = lease?.addresses[0];
    if (lease === undefined || address === undefined) throw new Error("Cannot lease a slot");
    const { buffer } = preprocessor.normalize(crop);
    this.#writer.write(new Uint8Array(buffer), address);
    using deadline = new Deadline({ timeoutMs: 10_000 });
    return (await lease.infer([0], deadline)).rows[0] as Float32Array;
  }
}

/** Every way of every photo, by turns. */
async function measure(
  subject: Subject,
  jpegs: readonly Uint8Array<ArrayBuffer>[],
  rounds: number,
): Promise<Map<number, Outcome[]>> {
  const ways = new Map<number, Outcome[]>([Infinity, ...SCALES_MIN].map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [index, jpeg] of jpegs.entries()) {
      for (const [scaleMin, outcomes] of ways) {
        const outcome = await subject.preprocess(jpeg, scaleMin);
        const before = outcomes[index];
        if (before === undefined) outcomes[index] = outcome;
        else before.ms.push(...outcome.ms);
      }
    }
  }
  return ways;
}

function row(exact: readonly Outcome[], fast: readonly Outcome[]): string[] {
  const median = (outcomes: readonly Outcome[]) => summarize(outcomes.flatMap(({ ms }) => ms)).p50;
  const pairs = exact.map((left, index) => [left, fast[index] as Outcome] as const);
  const levels = pairs.map(([left, right]) => levelDrift(left.crop, right.crop));
  const drifts = pairs.map(([left, right]) => directionDrift(left.embedding, right.embedding));
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

async function run(rounds: number): Promise<void> {
  const manifest = readDctManifest();
  await using subject = new Subject(
    await EmbeddedEngine.create({
      manifest,
      ...await DCT_MODEL.onnx(),
      slots: 1,
      batchImagesMax: 1,
      batchDelayMsMax: 0,
      threads: 1,
      requestTimeoutMs: 10_000,
    }),
  );
  console.log(
    "| photo | size | MB | times the model's size | exact ms | fast ms | faster | mean | max | PSNR | 1 − cos |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const size of SIZES) {
    const jpegs = await cameraPhotos({ ...size, count: PHOTOS });
    await measure(subject, jpegs, 1); // so that nothing is new
    const ways = await measure(subject, jpegs, rounds);
    const exact = ways.get(Infinity) as Outcome[];
    const megabytes = mean(jpegs.map(({ length }) => length / 1e6)).toFixed(1);
    for (const scaleMin of SCALES_MIN) {
      const figures = row(exact, ways.get(scaleMin) as Outcome[]);
      const name = [size.kind, `${size.width}×${size.height}`, megabytes, `≥ ${scaleMin}`];
      console.log(`| ${[...name, ...figures].join(" | ")} |`);
    }
  }
}

if (import.meta.main) {
  const options = { rounds: { type: "string", default: "7" } } as const;
  await runProgram({ help: HELP, options }, ({ values }) => run(positive("rounds", values.rounds)));
}
