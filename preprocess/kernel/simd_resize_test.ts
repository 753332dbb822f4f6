import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { kernelByteLength } from "../../testing/kernel_memory.ts";
import {
  casePixels,
  KernelComparison,
  NORMALIZATION,
  type ResizeCase,
  resizeCases,
} from "../../testing/resize_cases.ts";
import { createNormalizer } from "../resize/normalize.ts";
import { ResizeKernel } from "./simd_resize.ts";

const CASE: ResizeCase = {
  width: 300,
  height: 260,
  mode: "RGB",
  size: 224,
  pillow: 13,
  pattern: "noise",
  seed: 1,
  memory: "inside",
};

const SIDES: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 1],
  [1, 9000],
  [9000, 1],
  [224, 224],
  [224, 500],
  [500, 224],
  [223, 225],
  [449, 448],
  [333, 777],
  [777, 333],
  [640, 480],
];

function kernelOf(options: { readonly memoryBytesMax?: number } = {}): ResizeKernel {
  return new ResizeKernel({ size: 224, pillow: 13, ...NORMALIZATION, ...options });
}

function photo(width: number, height: number, seed = 1) {
  const image = { width, height, mode: "RGB" as const };
  return { ...image, data: casePixels({ ...image, pattern: "noise", seed }) };
}

Deno.test("ResizeKernel equals the plain code bit for bit on random images", () => {
  const comparison = new KernelComparison();
  fc.assert(
    fc.property(resizeCases, (resizeCase) => comparison.assertEqual(resizeCase)),
    { numRuns: 200 },
  );
});

for (const mode of ["L", "RGB", "CMYK", "RGBA"] as const) {
  Deno.test(`ResizeKernel equals the plain code on sizes that matter, mode ${mode}`, () => {
    const comparison = new KernelComparison();
    for (const [width, height] of SIDES) {
      for (const memory of ["inside", "strips"] as const) {
        comparison.assertEqual({ ...CASE, width, height, mode, memory });
        comparison.assertEqual({ ...CASE, width, height, mode, memory, pillow: 12 });
        comparison.assertEqual({ ...CASE, width, height, mode, memory, resize_mode: "squash" });
      }
    }
  });
}

Deno.test("ResizeKernel.input() gives heap memory to an image that is too large, and the same again", () => {
  const kernel = kernelOf();
  const shape = { width: 3000, height: 2000, mode: "RGB" } as const;
  const { buffer } = kernel.input(shape);
  const data = kernel.input(shape);
  assert.equal(data.length, 3000 * 2000 * 3);
  assert.equal(data.buffer, buffer);
  kernel.crop({ ...shape, data });
  assert.ok(kernelByteLength(kernel) < 8 * 2 ** 20, `${kernelByteLength(kernel)} bytes`);
});

Deno.test("ResizeKernel.input() gives memory where no row begins at a multiple of 16 bytes", () => {
  const kernel = kernelOf();
  for (const [width, height] of [[224, 224], [256, 256], [624, 480], [640, 480], [1600, 1200]]) {
    const shape = { width: width as number, height: height as number, mode: "RGB" } as const;
    const { byteOffset } = kernel.input(shape);
    for (let row = 0; row < shape.height; row++) {
      assert.notEqual((byteOffset + row * shape.width * 3) % 16, 0, `${width}×${height}, ${row}`);
    }
  }
});

Deno.test("ResizeKernel keeps its memory bounded", () => {
  const memoryBytesMax = 4 * 2 ** 20;
  const kernel = kernelOf({ memoryBytesMax });
  for (const [width, height] of [[640, 480], [1200, 900], [1, 300_000], [400_000, 2]] as const) {
    const shape = { width, height, mode: "RGB" } as const;
    kernel.crop({ ...shape, data: kernel.input(shape) });
    assert.ok(kernelByteLength(kernel) <= memoryBytesMax + 65536, `${kernelByteLength(kernel)}`);
  }
});

for (
  const { name, options } of [{ name: "kernel's", options: {} }, {
    name: "heap's",
    options: { memoryBytesMax: 2 * 2 ** 20 },
  }]
) {
  Deno.test(`ResizeKernel.crop() refuses an image whose memory of the ${name} was given away`, () => {
    const kernel = kernelOf(options);
    const image = photo(640, 480);
    for (const other of [() => kernel.input(image), () => kernel.crop(photo(600, 400))]) {
      const data = kernel.input(image);
      data.set(image.data);
      kernel.crop({ ...image, data });
      kernel.crop({ ...image, data });
      other();
      assert.throws(() => kernel.crop({ ...image, data }), {
        name: "RangeError",
        message: "Cannot crop image as its memory was given to another",
      });
    }
  });
}

Deno.test("ResizeKernel.crop() refuses pixels that lie where another image's would", () => {
  const kernel = kernelOf();
  const data = kernel.input({ width: 900, height: 800, mode: "RGB" });
  assert.throws(() => kernel.crop({ width: 700, height: 800, mode: "RGB", data }), RangeError);
});

Deno.test("ResizeKernel.crop() refuses an image with too few pixels", () => {
  const image = { width: 10, height: 10, mode: "RGB", data: new Uint8Array(299) } as const;
  assert.throws(() => kernelOf().crop(image), {
    name: "RangeError",
    message: "Cannot crop image as it must have 300 bytes: it has 299",
  });
});

Deno.test("ResizeKernel.crop() sees nothing of the images before", () => {
  const [used, fresh] = [kernelOf(), kernelOf()];
  for (const [width, height] of [[1000, 1000], [640, 480], [333, 777]] as const) {
    used.crop(photo(width, height, 7));
  }
  for (const [width, height] of [[300, 200], [5, 5], [250, 900]] as const) {
    const image = photo(width, height, 3);
    assert.deepEqual(used.crop(image).slice(), fresh.crop(image).slice());
  }
});

Deno.test("ResizeKernel.normalize() equals the plain code on all levels, whatever mean and deviation", () => {
  const crop = Uint8Array.from({ length: 16 * 16 * 3 }, (_, index) => Math.trunc(index / 3));
  const three = (arbitrary: fc.Arbitrary<number>) => fc.tuple(arbitrary, arbitrary, arbitrary);
  const mean = three(fc.float({ min: -1, max: 2, noNaN: true }));
  const std = three(fc.float({ min: Math.fround(0.001), max: 300, noNaN: true }));
  fc.assert(
    fc.property(mean, std, (mean, std) => {
      const expected = new Float32Array(crop.length);
      createNormalizer({ mean, std })(crop, expected);
      const kernel = new ResizeKernel({ size: 16, pillow: 13, mean, std });
      const actual = kernel.normalize(crop);
      assert.ok(expected.every((value, index) => Object.is(value, actual[index])));
    }),
    { numRuns: 30 },
  );
});

Deno.test("ResizeKernel.normalize() takes a crop from anywhere", () => {
  const kernel = kernelOf();
  const crop = kernel.crop(photo(300, 300));
  const expected = kernel.normalize(crop).slice();
  const copy = crop.slice();
  kernel.crop(photo(300, 300, 9));
  assert.deepEqual(kernel.normalize(copy).slice(), expected);
  assert.throws(() => kernel.normalize(copy.subarray(1)), RangeError);
});

Deno.test("ResizeKernel.normalize() refuses a crop whose memory was given away", () => {
  const kernel = kernelOf();
  const crop = kernel.crop(photo(300, 300));
  const other = kernel.crop(photo(300, 300, 9));
  assert.throws(() => kernel.normalize(crop), {
    name: "RangeError",
    message: "Cannot normalise crop as its memory was given to another",
  });
  kernel.normalize(other);
  kernel.normalize(other.slice());
  assert.throws(() => kernel.normalize(other), RangeError);
});
