import assert from "node:assert/strict";
import { sha256 } from "../testing/digest.ts";
import { NORMALIZATION } from "../testing/resize_cases.ts";
import { pixelBytes, type PixelImage, type PixelMode } from "./contract/pixels.ts";
import type { CropSettings } from "./contract/preprocess_spec.ts";
import { ResizeKernel } from "./kernel/simd_resize.ts";
import { rgbCrop } from "./resize/rgb_crop.ts";

/** A row of `modes.json`, which `make_modes.py` writes: the digest of Pillow's crop of noise of this size. */
interface ModeGolden extends Omit<CropSettings, "size" | "pillow"> {
  readonly mode: PixelMode;
  readonly width: number;
  readonly height: number;
  readonly u8: string;
}

const GOLDENS: readonly ModeGolden[] = JSON.parse(
  Deno.readTextFileSync(new URL("../testing/goldens/modes.json", import.meta.url)),
);
const SETTINGS = { size: 64, pillow: 13 } as const;

/** The maker's: bytes of a linear congruential generator, many of them 0 or 255. */
function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, (_, index) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const level = state >>> 24;
    return index % 4 < 3 || (level & 2) === 0 ? level : 255 * (level & 1);
  });
}

/** Samples near the range that becomes gray, on both sides of it. */
const DEEP: Partial<Record<PixelMode, (data: Uint8Array<ArrayBuffer>) => ArrayBufferView>> = {
  "I;16": ({ buffer }) => new Uint16Array(buffer).map((value) => value % 700),
  "I;16B": ({ buffer }) =>
    new Uint16Array(buffer).map((value) => (value % 700 & 255) << 8 | value % 700 >> 8),
  I: ({ buffer }) => new Int32Array(buffer).map((value) => ((value % 600) + 600) % 600 - 150),
  F: ({ buffer }) => Float32Array.from(new Uint32Array(buffer), (value) => value % 600 / 2 - 20),
};

function image({ mode, width, height }: ModeGolden): PixelImage {
  const palette = noise(768, 7);
  const bytes = noise(width * height * pixelBytes({ mode }), width * 65_537 + height);
  const deep = DEEP[mode]?.(bytes);
  const data = deep === undefined ? bytes : new Uint8Array(deep.buffer);
  return { mode, width, height, data, ...["P", "PA"].includes(mode) && { palette } };
}

for (const mode of new Set(GOLDENS.map(({ mode }) => mode))) {
  Deno.test(`rgbCrop() and ResizeKernel give Pillow's crop of mode ${mode}, byte for byte`, () => {
    const kernels = new Map<string, ResizeKernel>();
    for (const golden of GOLDENS.filter((entry) => entry.mode === mode)) {
      const { mode: _mode, width, height, u8, ...choice } = golden;
      const settings = { ...SETTINGS, ...choice };
      const transform = JSON.stringify(choice);
      const kernel = kernels.get(transform) ?? new ResizeKernel({ ...settings, ...NORMALIZATION });
      kernels.set(transform, kernel);
      const name = `${width}×${height} ${transform}`;
      assert.equal(sha256(rgbCrop(image(golden), settings)), u8, name);
      assert.equal(sha256(kernel.crop(image(golden))), u8, `${name}, kernel`);
    }
  });
}
