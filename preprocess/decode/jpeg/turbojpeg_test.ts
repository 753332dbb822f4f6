import assert from "node:assert/strict";
import { pixelBytes } from "../../contract/pixels.ts";
import { isDeepStrictEqual } from "node:util";
import { sha256 } from "../../../testing/digest.ts";
import { readGoldenFile, readGoldens } from "../../../testing/goldens/read_goldens.ts";
import { testNative, turboJpegPath } from "../../../testing/preprocessor_settings.ts";
import { DEFAULT_LIMITS } from "../../contract/image_limits.ts";
import { Refusal } from "../../contract/refusal.ts";
import { parseJpegHeader } from "../../header/jpeg_header.ts";
import type { JpegImage } from "./jpeg_decoder.ts";
import { TurboJpegDecoder } from "./turbojpeg.ts";

const DAMAGED = { name: "Refusal", code: "invalid_image" };
const PHOTO = "inputs/rgb_420_640x480.jpg";

function decode(decoder: TurboJpegDecoder, bytes: Uint8Array<ArrayBuffer>): JpegImage {
  return decoder.decode(bytes, parseJpegHeader(bytes));
}

testNative("TurboJpegDecoder.decode() gives gray, RGB and CMYK without a warning", () => {
  using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
  const files = [
    ["inputs/gray_factors_2x2_131x97.jpg", "L"],
    [PHOTO, "RGB"],
    ["inputs/cmyk_adobe0_211x157.jpg", "CMYK"],
  ] as const;
  for (const [name, mode] of files) {
    const image = decode(decoder, readGoldenFile(name));
    assert.equal(image.mode, mode, name);
    assert.equal(image.warning, undefined, name);
    assert.equal(image.data.length, image.width * image.height * pixelBytes(image), name);
  }
});

testNative(
  "TurboJpegDecoder.decode() reports the first warning about data that is still readable",
  () => {
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    const { warning } = decode(decoder, readGoldenFile("inputs/damaged_baseline_early_eoi.jpg"));
    assert.match(warning ?? "", /^(Corrupt|Premature)/);
  },
);

/** Pixels and warning, or the error's text. */
function outcome(decoder: TurboJpegDecoder, bytes: Uint8Array<ArrayBuffer>): unknown {
  try {
    const { data, warning } = decode(decoder, bytes);
    return { pixels: sha256(data), warning };
  } catch (error) {
    return String(error);
  }
}

testNative(
  "TurboJpegDecoder.decode() never shows the picture before in what a damaged file lacks",
  () => {
    using used = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    const noise = readGoldenFile("inputs/rgb_420_static_quality_20_333x111.jpg");
    const names = readGoldens().map(({ name }) => name)
      .filter((name) => /damaged_.*\.jpg$/.test(name) && !name.includes("large"));
    assert.ok(names.length > 200);
    for (const name of names) {
      const bytes = readGoldenFile(name);
      using fresh = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
      decode(used, noise);
      assert.deepEqual(outcome(used, bytes), outcome(fresh, bytes), name);
    }
  },
);

testNative("TurboJpegDecoder.decode() goes on after a file that the library gives up on", () => {
  using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
  const photo = readGoldenFile(PHOTO);
  const expected = sha256(decode(decoder, photo).data);
  const fatal = [
    "refused/damaged_header_huffman_oversubscribed.jpg",
    "refused/damaged_header_no_quantisation.jpg",
    "refused/damaged_header_sampling_fractional.jpg",
    "refused/damaged_baseline_stray_ffc4.jpg",
    "refused/damaged_progressive_stray_ffda.jpg",
  ];
  for (const name of fatal) {
    const bytes = readGoldenFile(name);
    const header = parseJpegHeader(bytes);
    assert.throws(() => decoder.decode(bytes, header), DAMAGED, name);
    assert.equal(sha256(decode(decoder, photo).data), expected, `after ${name}`);
  }
});

testNative(
  "TurboJpegDecoder.decode() refuses a file whose size is not the one its buffer was made for",
  () => {
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    const photo = readGoldenFile(PHOTO);
    const header = parseJpegHeader(photo);
    for (const other of [{ width: 639 }, { height: 479 }, { width: 480, height: 640 }]) {
      assert.throws(() => decoder.decode(photo, { ...header, ...other }), DAMAGED);
    }
  },
);

testNative("TurboJpegDecoder.decode() holds scans and pixels to their limits itself, too", () => {
  const scans = readGoldenFile("inputs/gray_progressive_64_scans_131x97.jpg");
  using few = new TurboJpegDecoder(turboJpegPath(), { ...DEFAULT_LIMITS, scansMax: 10 });
  assert.throws(() => decode(few, scans), DAMAGED);
  using small = new TurboJpegDecoder(turboJpegPath(), {
    ...DEFAULT_LIMITS,
    pixelsMax: 640 * 480 - 1,
  });
  const photo = readGoldenFile(PHOTO);
  assert.throws(() => decode(small, photo), DAMAGED);
  const region = { x: 16, y: 0, width: 48, height: 32 };
  assert.equal(small.decodeRegion(photo, parseJpegHeader(photo), region), undefined);
});

testNative(
  "TurboJpegDecoder.decode() writes no byte beyond scaled pixels, whatever the file",
  () => {
    const memory = new Uint8Array(10_000_000);
    const guardBytes = 10_000;
    let length = 0;
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS, {
      allocate: (shape) => {
        length = shape.width * shape.height * pixelBytes(shape);
        assert.ok(length + guardBytes <= memory.length);
        return memory.fill(0xa5, length, length + guardBytes).subarray(0, length);
      },
    });
    const names = readGoldens().map(({ name }) => name)
      .filter((name) =>
        /^(inputs|refused)\/(damaged|rgb|gray|cmyk|ycck|lossless).*\.jpg$/.test(name)
      );
    assert.ok(names.length > 400);
    for (const name of names) {
      for (const denominator of [2, 4, 8] as const) {
        length = memory.length;
        const bytes = readGoldenFile(name);
        try {
          decoder.decode(bytes, parseJpegHeader(bytes), denominator);
        } catch (error) {
          assert.ok(error instanceof Refusal, `${name}: ${error}`);
        }
        const guard = memory.subarray(length, length + guardBytes);
        assert.ok(guard.every((byte) => byte === 0xa5), `${name} at 1/${denominator}`);
      }
    }
  },
);

testNative(
  "TurboJpegDecoder.decode() refuses to scale a lossless JPEG before it asks for memory",
  () => {
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS, {
      allocate: () => {
        throw new Error("asked for memory");
      },
    });
    const bytes = readGoldenFile("inputs/lossless_rgb_predictor_1_61x47.jpg");
    assert.throws(() => decoder.decode(bytes, parseJpegHeader(bytes), 2), DAMAGED);
  },
);

testNative("TurboJpegDecoder.decode() decodes into the memory it is given", () => {
  const photo = readGoldenFile(PHOTO);
  using heap = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
  const expected = decode(heap, photo);
  const memory = new Uint8Array(expected.data.length + 7);
  const shapes: unknown[] = [];
  using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS, {
    allocate: (shape) => {
      shapes.push(shape);
      return memory.subarray(7);
    },
  });
  assert.equal(decode(decoder, photo).data.buffer, memory.buffer);
  assert.deepEqual(memory.subarray(7), expected.data);
  const { width, height, mode } = expected;
  assert.deepEqual(shapes, [{ width, height, mode }]);
});

testNative(
  "TurboJpegDecoder.decodeRegion() gives pixels of the whole, but for some at its edges",
  () => {
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    const photo = readGoldenFile(PHOTO);
    const whole = decode(decoder, photo);
    const held = { x: 48, y: 32, width: 544, height: 400 };
    const part = decoder.decodeRegion(photo, parseJpegHeader(photo), held);
    assert.ok(part);
    assert.deepEqual({ ...part, data: part.data.length }, {
      width: 640,
      height: 480,
      mode: "RGB",
      held,
      data: 544 * 400 * 3,
    });
    for (let row = 1; row < held.height - 1; row++) {
      const line: Uint8Array = part.data.subarray((row * 544 + 1) * 3, (row * 544 + 543) * 3);
      const from = ((held.y + row) * 640 + held.x + 1) * 3;
      assert.deepEqual(line, whole.data.subarray(from, from + line.length), `row ${row}`);
    }
  },
);

testNative(
  "TurboJpegDecoder.decodeRegion() gives nothing of a file on which the library says anything",
  () => {
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    const names = readGoldens().map(({ name }) => name)
      .filter((name) => /damaged_baseline_.*\.jpg$/.test(name));
    let silent = 0;
    for (const name of names) {
      const bytes = readGoldenFile(name);
      const header = parseJpegHeader(bytes);
      const { width, height } = header;
      const part = decoder.decodeRegion(bytes, header, { x: 0, y: 0, width, height });
      const isSilent = isDeepStrictEqual(outcome(decoder, bytes), {
        pixels: part && sha256(part.data),
        warning: undefined,
      });
      assert.equal(part !== undefined, isSilent, name);
      silent += Number(isSilent);
    }
    assert.ok(silent > 0 && silent < names.length / 2, `${silent} of ${names.length}`);
  },
);

testNative(
  "TurboJpegDecoder.decodeRegion() gives nothing where its place or the photo's size is another",
  () => {
    using decoder = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    const photo = readGoldenFile(PHOTO);
    const header = parseJpegHeader(photo);
    const region = { x: 16, y: 0, width: 48, height: 32 };
    assert.ok(decoder.decodeRegion(photo, header, region));
    assert.equal(decoder.decodeRegion(photo, { ...header, width: 639 }, region), undefined);
    assert.equal(decoder.decodeRegion(photo, header, { ...region, x: 8 }), undefined);
  },
);
