/** Random and adversarial images for comparing the SIMD kernel with the plain code, and the comparison itself. */
import assert from "node:assert/strict";
import { ResizeKernel } from "../preprocess/kernel/simd_resize.ts";
import { createNormalizer } from "../preprocess/resize/normalize.ts";
import { pixelBytes, type PixelExtent, type PixelImage } from "../preprocess/contract/pixels.ts";
import type { CropSettings, PillowVersion } from "../preprocess/contract/preprocess_spec.ts";
import { rgbCrop } from "../preprocess/resize/rgb_crop.ts";
import fc from "./fast_check.ts";

/** What its pixels look like; all but noise drive the sums to their limits. */
type Pattern = "noise" | "extremes" | "checkers" | "white";

/** One image, and how it reaches the kernel. */
export interface ResizeCase extends CropSettings {
  readonly width: number;
  readonly height: number;
  readonly mode: "L" | "RGB" | "CMYK" | "RGBA";
  /** As of a photo that was scaled while it was decoded. */
  readonly extent?: PixelExtent;
  readonly pattern: Pattern;
  readonly seed: number;
  /** Decoded into the kernel's memory, on the heap, or on the heap without room for a strip in the kernel. */
  readonly memory: "inside" | "strips" | "oracle";
}

/** CLIP's numbers. */
export const NORMALIZATION = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

function between(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}

const side = fc.oneof(
  between(1, 12),
  between(1, 480),
  fc.constantFrom(31, 32, 33, 63, 64, 223, 224, 225, 336, 447, 448, 449),
);

/** Sides within reach of the plain code, and now and then a very long one. */
const sides = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(side, side) },
  { weight: 1, arbitrary: fc.tuple(between(1, 8), between(1, 9000)) },
  { weight: 1, arbitrary: fc.tuple(between(40, 90), between(1, 2000)) },
);

const eighths = between(0, 7).map((count) => count / 8);

/** What scaling rounded up to the sides, on either end. */
const spares = fc.record({ columns: eighths, rows: eighths, isTurned: fc.boolean() });

/** Every kind of case. */
export const resizeCases: fc.Arbitrary<ResizeCase> = fc.record({
  sides,
  isPortrait: fc.boolean(),
  spare: fc.option(spares, { nil: undefined }),
  mode: fc.constantFrom<ResizeCase["mode"][]>("RGB", "RGB", "L", "CMYK", "RGBA"),
  size: fc.constantFrom(224, 32, 7, 1),
  pillow: fc.constantFrom<PillowVersion[]>(13, 12),
  interpolation: fc.constantFrom("bicubic", "bilinear"),
  fitting: fc.constantFrom<Pick<CropSettings, "resize_mode" | "fill_color">[]>(
    {},
    { resize_mode: "shortest" },
    { resize_mode: "squash" },
    { resize_mode: "longest" },
    { resize_mode: "longest", fill_color: 200 },
  ),
  pattern: fc.constantFrom<Pattern[]>("noise", "extremes", "checkers", "white"),
  seed: between(1, 2 ** 31 - 1),
  memory: fc.constantFrom<ResizeCase["memory"][]>("inside", "strips", "inside", "strips", "oracle"),
}).map(({ sides: [first, second], isPortrait, spare, fitting, ...others }): ResizeCase => {
  const rest = { ...fitting, ...others };
  const width = isPortrait ? first : second;
  const height = isPortrait ? second : first;
  if (spare === undefined) return { width, height, ...rest };
  const { columns, rows, isTurned } = spare;
  const place = isTurned ? { x: columns, y: rows } : { x: 0, y: 0 };
  const extent = { ...place, width: width - columns, height: height - rows };
  return { width, height, extent, ...rest };
}).filter(({ width, height, extent = { width, height }, size, resize_mode }) => {
  // Of a longer side that is brought to `size`, the shorter one must be left.
  const sides = [extent.width, extent.height];
  return resize_mode !== "longest" || size * Math.min(...sides) > 0.5 * Math.max(...sides);
});

/** Pixels of a case, the same each time. */
export function casePixels(
  { width, height, mode, pattern, seed }: Omit<ResizeCase, keyof CropSettings | "memory">,
): Uint8Array<ArrayBuffer> {
  const channels = pixelBytes({ mode });
  const data = new Uint8Array(width * height * channels);
  let state = seed;
  for (let index = 0; index < data.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const pixel = Math.trunc(index / channels);
    const isLight = ((pixel % width) + Math.trunc(pixel / width)) % 2 === 0;
    if (pattern === "noise") data[index] = state;
    else if (pattern === "extremes") data[index] = state < 0 ? 0 : 255;
    else data[index] = pattern === "white" || isLight ? 255 : 0;
  }
  return data;
}

/** Compares kernel and plain code over cases; kernels live on from case to case, as a gateway's do. */
export class KernelComparison {
  readonly #kernels = new Map<string, ResizeKernel>();
  readonly #normalize = createNormalizer(NORMALIZATION);

  /** Fails unless crop and input are equal, bit for bit. */
  assertEqual(resizeCase: ResizeCase): void {
    const { width, height, mode, memory } = resizeCase;
    const kernel = this.#kernel(resizeCase);
    const pixels = casePixels(resizeCase);
    const shape = { width, height, mode };
    const { extent } = resizeCase;
    const image: PixelImage = { ...shape, data: pixels, ...(extent && { extent }) };
    const crop = rgbCrop(image, resizeCase);
    const input = new Float32Array(crop.length);
    this.#normalize(crop, input);

    const data = memory === "inside" ? kernel.input(image) : pixels;
    if (memory === "inside") data.set(pixels);
    const kernelCrop = kernel.crop({ ...image, data });
    assertSameBytes(kernelCrop, crop, "crop");
    assertSameBytes(bytesOf(kernel.normalize(kernelCrop)), bytesOf(input), "input");
  }

  #kernel({ memory, ...resizeCase }: ResizeCase): ResizeKernel {
    const settings = cropSettings(resizeCase);
    const name = JSON.stringify({ ...settings, memory });
    const kernel = this.#kernels.get(name) ?? new ResizeKernel({
      ...settings,
      ...NORMALIZATION,
      ...(memory === "oracle" ? { memoryBytesMax: 0 } : {}),
    });
    this.#kernels.set(name, kernel);
    return kernel;
  }
}

/** The settings of a case alone. */
export function cropSettings(
  { size, pillow, interpolation, resize_mode, fill_color }: CropSettings,
): CropSettings {
  return {
    ...{ size, pillow },
    ...interpolation && { interpolation },
    ...resize_mode && { resize_mode },
    ...fill_color && { fill_color },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function assertSameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert.equal(actual.length, expected.length, `length of the ${what}`);
  const differing = expected.findIndex((byte, index) => actual[index] !== byte);
  assert.equal(differing, -1, `first byte of the ${what} that differs`);
}
