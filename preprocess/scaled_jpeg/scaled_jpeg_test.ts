/** The kernel's JPEG decoder beside libturbojpeg, which is its oracle. */
import assert from "node:assert/strict";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { bytesOf, EOI, frame, scan, segment, SOI } from "../../testing/jpeg_bytes.ts";
import { JpegVariants } from "../../testing/jpeg_variants.ts";
import { kernelByteLength } from "../../testing/kernel_memory.ts";
import {
  preprocessorSettings,
  testNative,
  turboJpegPath,
} from "../../testing/preprocessor_settings.ts";
import { DEFAULT_LIMITS } from "../contract/image_limits.ts";
import { pixelBytes } from "../contract/pixels.ts";
import { parseJpegHeader } from "../header/jpeg_header.ts";
import { TurboJpegDecoder } from "../decode/jpeg/turbojpeg.ts";
import { compileKernel, KernelInstance } from "../kernel/kernel_instance.ts";
import { ResizeKernel } from "../kernel/simd_resize.ts";
import { readBaselineScan } from "./jpeg_scan.ts";
import { createScaledJpegDecoder } from "./scaled_jpeg.ts";

const DENOMINATORS = [2, 4, 8] as const;
const KNOWN = ["4:4:4", "4:2:2", "4:2:0", "gray"] as const;
const { preprocess } = preprocessorSettings();

type Denominator = typeof DENOMINATORS[number];

/** The decoder's pixels, `undefined` where it leaves them to libjpeg. */
function decode(kernel: ResizeKernel, bytes: Uint8Array, denominator: Denominator) {
  return createScaledJpegDecoder(kernel)(bytes, denominator)?.data.slice();
}

/** Asserts that the pixels are libturbojpeg's. */
function assertEqual(
  decoder: TurboJpegDecoder,
  bytes: Uint8Array<ArrayBuffer>,
  { denominator, pixels, name }: { denominator: Denominator; pixels: Uint8Array; name: string },
): void {
  const { data, warning } = decoder.decode(bytes, parseJpegHeader(bytes), denominator);
  const position = data.findIndex((level, index) => level !== pixels[index]);
  assert.equal(position, -1, `${name} at 1/${denominator} differs at ${position}`);
  assert.deepEqual([pixels.length, warning], [data.length, undefined], name);
}

testNative(
  "createScaledJpegDecoder() gives libturbojpeg's pixels of every kind that it knows",
  () => {
    using variants = new JpegVariants(1);
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    const kernel = new ResizeKernel(preprocess);
    for (let count = 0; count < 500; count++) {
      const { name, bytes } = variants.next(KNOWN);
      for (const denominator of DENOMINATORS) {
        const pixels = decode(kernel, bytes, denominator);
        assert.ok(pixels !== undefined, `${name} at 1/${denominator} was not decoded`);
        assertEqual(decoder, bytes, { denominator, pixels, name });
      }
    }
  },
);

testNative(
  "createScaledJpegDecoder() gives libturbojpeg's pixels of damaged files, or none",
  () => {
    using variants = new JpegVariants(2);
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    const kernel = new ResizeKernel(preprocess);
    let decoded = 0;
    for (let count = 0; count < 600; count++) {
      const { name, bytes } = variants.next(KNOWN);
      const damaged = variants.damage(bytes);
      const denominator = DENOMINATORS[count % 3] as Denominator;
      const pixels = decode(kernel, damaged, denominator);
      if (pixels === undefined) continue;
      decoded++;
      assertEqual(decoder, damaged, { denominator, pixels, name });
    }
    // Changed bits may well be other valid ones.
    assert.ok(decoded > 30 && decoded < 300, `${decoded}`);
  },
);

testNative("createScaledJpegDecoder() decodes no file that is cut off anywhere", () => {
  using variants = new JpegVariants(3);
  const kernel = new ResizeKernel(preprocess);
  const { bytes } = variants.next(["4:2:0"]);
  assert.ok(decode(kernel, bytes, 4) !== undefined);
  for (let length = 2; length < bytes.length; length++) {
    // What remains of the header may be none, and is then refused before.
    if (readBaselineScan(bytes.subarray(0, length)) === undefined) continue;
    assert.equal(decode(kernel, bytes.slice(0, length), 4), undefined, `${length} bytes`);
  }
});

testNative("createScaledJpegDecoder() gives libturbojpeg's pixels of the goldens, or none", () => {
  using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
  const kernel = new ResizeKernel(preprocess);
  const names = readGoldens().map(({ name }) => name).filter((name) => /\.jpg$/.test(name));
  const decoded = names.filter((name) => {
    const bytes = readGoldenFile(name);
    const [first, ...others] = DENOMINATORS.map((denominator) => {
      const pixels = decode(kernel, bytes, denominator);
      if (pixels !== undefined) assertEqual(decoder, bytes, { denominator, pixels, name });
      return pixels !== undefined;
    });
    return first && others.every(Boolean);
  });
  assert.ok(decoded.length > 110, `${decoded.length}`);
  for (const name of ["rgb_420_1600x1200", "rgb_444_257x171", "exif_6_ii_190x121"]) {
    assert.ok(decoded.includes(`inputs/${name}.jpg`), name);
  }
});

/** A gray JPEG, or one of 4:4:4, with one quantiser and one pair of codes, and zeros behind. */
function jpegOf(
  { side, components, quantizer, codes, data }: {
    readonly side: number;
    readonly components: number;
    readonly quantizer: number;
    /** Lengths and symbols, DC and AC. */
    readonly codes: readonly (readonly number[])[];
    readonly data: readonly number[];
  },
): Uint8Array<ArrayBuffer> {
  return bytesOf(
    SOI,
    segment(0xdb, [0, ...new Array(64).fill(quantizer)]),
    frame({ width: side, height: side, components }),
    segment(0xc4, codes.flatMap((code, index) => [index << 4, ...code])),
    scan(components),
    data,
    EOI,
    new Array(32).fill(0),
  );
}

Deno.test("createScaledJpegDecoder() gives up as soon as a large photo has no data left", () => {
  // Whatever bits come, but 16 ones, they end a block without a coefficient.
  const codes = [0, 1].map(() => [...new Array(16).fill(1), ...new Array(16).fill(0)]);
  const bytes = jpegOf({ side: 5000, components: 3, quantizer: 1, codes, data: [] });
  const kernel = new ResizeKernel(preprocess);
  const shape = { width: 625, height: 625, mode: "RGB" } as const;
  kernel.input(shape).fill(0xa5);
  assert.equal(decode(kernel, bytes, 8), undefined);
  assert.ok(kernel.input(shape).every((level) => level === 0xa5), "pixels were written");
});

/** One code for a coefficient of 10 bits, one for none, or the end of the block. */
const TEN_BITS = [1, 1, ...new Array(14).fill(0), 0x0a, 0x00];
const NO_BITS = [1, 1, ...new Array(14).fill(0), 0x00, 0x0a];

const OVERFLOWING = {
  // 0 10_0000_0000: 512. 10: the end.
  DC: { codes: [TEN_BITS, TEN_BITS], data: [0b0100_0000, 0b0001_0111] },
  // 0: DC is 0. 0 10_0000_0000: 512. 10: the end.
  AC: { codes: [NO_BITS, TEN_BITS], data: [0b0010_0000, 0b0000_1011] },
};

for (const [name, { codes, data }] of Object.entries(OVERFLOWING)) {
  testNative(
    `createScaledJpegDecoder() leaves ${name} coefficients of more than 16 bits to libjpeg`,
    () => {
      const kernel = new ResizeKernel(preprocess);
      const common = { side: 8, components: 1, codes, data };
      const bytes = jpegOf({ ...common, quantizer: 1 });
      using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
      const pixels = decode(kernel, bytes, 2);
      assert.ok(pixels !== undefined);
      assertEqual(decoder, bytes, { denominator: 2, pixels, name });
      // 512 times 128 is 0 in 16 bits.
      assert.equal(decode(kernel, jpegOf({ ...common, quantizer: 128 }), 2), undefined);
    },
  );
}

Deno.test("createScaledJpegDecoder() makes tables anew after codes that it refused", () => {
  const common = { side: 8, components: 1, quantizer: 1 };
  const good = jpegOf({ ...common, ...OVERFLOWING.AC });
  // Two codes of one bit: none may consist of ones alone.
  const ones = [2, ...new Array(15).fill(0), 0x0a, 0x00];
  const refused = jpegOf({ ...common, codes: [NO_BITS, ones], data: [0] });
  assert.ok(readBaselineScan(refused) !== undefined);
  const kernel = new ResizeKernel(preprocess);
  const pixels = decode(kernel, good, 2);
  assert.ok(pixels !== undefined);
  assert.equal(decode(kernel, refused, 2), undefined);
  assert.deepEqual(decode(kernel, good, 2), pixels);
});

testNative(
  "createScaledJpegDecoder() takes files of all sizes in turn, and damaged ones between",
  () => {
    using variants = new JpegVariants(4);
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    const kernel = new ResizeKernel(preprocess);
    const large = readGoldenFile("inputs/rgb_420_1600x1200.jpg");
    for (let count = 0; count < 20; count++) {
      const { name, bytes } = variants.next(KNOWN);
      decode(kernel, variants.damage(bytes), 8);
      for (const file of [large, bytes]) {
        const pixels = decode(kernel, file, 2);
        assert.ok(pixels !== undefined, name);
        assertEqual(decoder, file, { denominator: 2, pixels, name });
      }
    }
  },
);

Deno.test("createScaledJpegDecoder() leaves to libjpeg what its memory has no room for", () => {
  const bytes = readGoldenFile("inputs/rgb_420_1600x1200.jpg");
  const memoryBytesMax = 2 * 2 ** 20;
  const kernel = new ResizeKernel({ ...preprocess, memoryBytesMax });
  assert.equal(decode(kernel, bytes, 2), undefined);
  assert.ok(decode(kernel, bytes, 8) !== undefined);
  assert.ok(kernelByteLength(kernel) <= memoryBytesMax + 65536, `${kernelByteLength(kernel)}`);
});

Deno.test("createScaledJpegDecoder() writes to its tables, its workspace and the pixels, and nowhere else", () => {
  const instance = new KernelInstance(compileKernel());
  const guard = { byteLength: 4096, level: 0xa5 };
  const guards = () =>
    [instance.freeAddress, pixelsAt - guard.byteLength]
      .map((address) => new Uint8Array(instance.buffer, address, guard.byteLength));
  const pixelsAt = instance.freeAddress + 2 * guard.byteLength;
  const decodeInto = createScaledJpegDecoder({
    input: () => assert.fail("asked for other memory"),
    window: () => assert.fail("asked what is needed"),
    workspace(shape, byteLength) {
      const length = shape.width * shape.height * pixelBytes(shape);
      const start = pixelsAt + length + 64;
      instance.reserve(start + byteLength);
      for (const bytes of guards()) bytes.fill(guard.level);
      return { instance, pixels: new Uint8Array(instance.buffer, pixelsAt, length), start };
    },
  });
  for (const denominator of DENOMINATORS) {
    assert.ok(decodeInto(readGoldenFile("inputs/rgb_420_1600x1200.jpg"), denominator));
    for (const bytes of guards()) assert.ok(bytes.every((level) => level === guard.level));
  }
});
