import assert from "node:assert/strict";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { readDctManifest } from "../../testing/dct_model.ts";
import type { DctArchitecture } from "../contract/architecture.ts";
import type { ImageManifest } from "../contract/manifest.ts";
import { cosine } from "../contract/vectors.ts";
import { addDctDescriptor } from "./dct_descriptor.ts";
import { OnnxGraph } from "./onnx_graph.ts";

const manifest = readDctManifest();
assert.ok(manifest.architecture.type === "dct");
const { architecture } = manifest;
const { size, mean, std } = manifest.preprocess;
const PIXELS = 3 * size ** 2;
const DIM = 512;

/** The descriptor's ONNX file. */
function build(ofManifest: ImageManifest, ofArchitecture: DctArchitecture): Uint8Array {
  const graph = new OnnxGraph();
  addDctDescriptor(graph, ofManifest, ofArchitecture);
  return graph.build({ ...ofManifest, metadata: {} });
}

/** A photo-like input f32 [3, size, size]: waves of random direction and strength, normalised. */
function randomPhoto(seed: number): Float32Array {
  let state = seed;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const waves = Array.from({ length: 12 }, () => ({
    x: random() * 0.3,
    y: random() * 0.3,
    phase: random() * 6,
    height: random() * 0.1,
    channel: Math.floor(random() * 3),
  }));
  return Float32Array.from({ length: PIXELS }, (_, index) => {
    const [channel, pixel] = [Math.floor(index / size ** 2), index % size ** 2];
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    let value = 0.5 + 0.02 * random();
    for (const wave of waves) {
      const share = wave.channel === channel ? 1 : 0.7;
      value += share * wave.height * Math.sin(wave.x * x + wave.y * y + wave.phase);
    }
    return (value - (mean[channel] as number)) / (std[channel] as number);
  });
}

/** An input of one colour, given as R, G, B in 0..1. */
function flatPhoto(rgb: readonly [number, number, number]): Float32Array {
  return Float32Array.from({ length: PIXELS }, (_, index) => {
    const channel = Math.floor(index / size ** 2);
    return ((rgb[channel] as number) - (mean[channel] as number)) / (std[channel] as number);
  });
}

/** The formula, straight from the definition, in double precision. */
function referenceDescriptor(input: Float32Array): number[] {
  const { block, luma, chroma, knee, rolloff } = architecture;
  const blocks = size / block;
  const planes = referencePlanes(input);
  const embedding: number[] = [];
  [luma, chroma, chroma].forEach((side, index) => {
    const plane = planes[index] as number[];
    for (let u = 0; u < side; u++) {
      for (let v = 0; v < side; v++) {
        if (index === 0 && u === 0 && v === 0) continue;
        let sum = 0;
        for (let y = 0; y < blocks; y++) {
          for (let x = 0; x < blocks; x++) {
            sum += (plane[y * blocks + x] as number) * basis(u, y, blocks) * basis(v, x, blocks);
          }
        }
        const weight = (1 + (u * u + v * v) / (rolloff * rolloff)) ** -0.25;
        embedding.push(sum / (knee + Math.abs(sum)) * weight);
      }
    }
  });
  const padding: number[] = Array(DIM - embedding.length).fill(0);
  return [...embedding, ...padding.with(-1, 0.01)];
}

/** Block means of Y, Cb and Cr, each row by row. */
function referencePlanes(input: Float32Array): number[][] {
  const { block } = architecture;
  const blocks = size / block;
  const planes = [0, 1, 2].map(() => Array<number>(blocks ** 2).fill(0));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const level = (channel: number) =>
        (input[(channel * size + y) * size + x] as number) * (std[channel] as number) +
        (mean[channel] as number);
      const [red, green, blue] = [level(0), level(1), level(2)];
      const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
      const place = Math.floor(y / block) * blocks + Math.floor(x / block);
      [luma, (blue - luma) / 1.772, (red - luma) / 1.402].forEach((value, index) => {
        const plane = planes[index] as number[];
        plane[place] = (plane[place] as number) + value / block ** 2;
      });
    }
  }
  return planes;
}

function basis(frequency: number, position: number, length: number): number {
  const scale = Math.sqrt((frequency === 0 ? 1 : 2) / length);
  return scale * Math.cos(Math.PI * (2 * position + 1) * frequency / (2 * length));
}

/** Runs the graph on inputs as one batch; one embedding an input. */
async function embed(inputs: readonly Float32Array[]): Promise<Float32Array[]> {
  const session = await InferenceSession.create(build(manifest, architecture));
  const batch = new Float32Array(inputs.length * PIXELS);
  inputs.forEach((input, index) => batch.set(input, index * PIXELS));
  const { embedding } = await session.run({
    image: new Tensor("float32", batch, [inputs.length, 3, size, size]),
  });
  await session.release();
  assert.deepEqual(embedding?.dims, [inputs.length, DIM]);
  const data = embedding.data as Float32Array;
  return inputs.map((_, index) => data.slice(index * DIM, (index + 1) * DIM));
}

Deno.test("addDctDescriptor() computes the formula", async () => {
  const input = randomPhoto(7);
  const [embedding] = await embed([input]);
  const differences = referenceDescriptor(input)
    .map((expected, index) => Math.abs(expected - (embedding?.[index] as number)));
  assert.ok(Math.max(...differences) < 1e-4, `largest difference is ${Math.max(...differences)}`);
});

Deno.test("addDctDescriptor() gives rows of a batch the bits that they have alone", async () => {
  const inputs = Array.from({ length: 9 }, (_, index) => randomPhoto(index + 1));
  const alone = [];
  for (const input of inputs) alone.push(...await embed([input]));
  for (const count of [2, 3, 5, 8, 9]) {
    assert.deepEqual(await embed(inputs.slice(0, count)), alone.slice(0, count));
  }
  assert.deepEqual(await embed(inputs.toReversed()), alone.toReversed());
});

Deno.test("addDctDescriptor() keeps a spoiled row from its neighbours", async () => {
  const spoiled = new Float32Array(PIXELS).fill(NaN);
  const [expected] = await embed([randomPhoto(3)]);
  const [, , actual] = await embed([spoiled, spoiled, randomPhoto(3), spoiled]);
  assert.deepEqual(actual, expected);
});

Deno.test("addDctDescriptor() gives photos of one gray a direction, and the same one", async () => {
  const [black, gray, white] = await embed([
    flatPhoto([0, 0, 0]),
    flatPhoto([0.5, 0.5, 0.5]),
    flatPhoto([1, 1, 1]),
  ]) as [Float32Array, Float32Array, Float32Array];
  assert.ok(Math.hypot(...gray) > 0.009);
  assert.ok(cosine(black, gray) > 0.9 && cosine(gray, white) > 0.9);
});

Deno.test("addDctDescriptor() tells colours apart, and ignores brightness more than content", async () => {
  const photo = randomPhoto(11);
  const brighter = photo.map((value) => value * 1.2 + 0.1);
  const [red, blue, original, changed, other] = await embed([
    flatPhoto([0.8, 0.2, 0.2]),
    flatPhoto([0.2, 0.2, 0.8]),
    photo,
    brighter,
    randomPhoto(12),
  ]) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  assert.ok(cosine(red, blue) < 0.2);
  assert.ok(cosine(original, changed) > 0.9);
  assert.ok(cosine(original, other) < 0.5);
});

const broken: [Partial<DctArchitecture>, string][] = [
  [{ block: 6 }, "block must divide 224: current value is 6"],
  [{ luma: 33 }, "luma and chroma must be ≤ 32: current values are 33 and 11"],
  [{ luma: 17 }, "luma and chroma must give ≤ 511 coefficients: current value is 530"],
];
for (const [change, text] of broken) {
  Deno.test(`addDctDescriptor() rejects ${JSON.stringify(change)}`, () => {
    assert.throws(() => build(manifest, { ...architecture, ...change }), {
      name: "RangeError",
      message: `Cannot build dct_512: ${text}`,
    });
  });
}

Deno.test("addDctDescriptor() takes tensor names from the manifest", async () => {
  const renamed: ImageManifest = {
    ...manifest,
    input: { ...manifest.input, name: "pixels" },
    output: { ...manifest.output, name: "vector" },
  };
  const session = await InferenceSession.create(build(renamed, architecture));
  assert.deepEqual([session.inputNames, session.outputNames], [["pixels"], ["vector"]]);
  await session.release();
});
