/** The decoder's bad days. Equality with Pillow stands in portable_goldens_test.ts. */
import assert from "node:assert/strict";
import { sha256 } from "../../../testing/digest.ts";
import { readGoldenFile, readGoldens } from "../../../testing/goldens/read_goldens.ts";
import { JpegVariants } from "../../../testing/jpeg_variants.ts";
import { testNative, turboJpegPath } from "../../../testing/preprocessor_settings.ts";
import { DEFAULT_LIMITS } from "../../contract/image_limits.ts";
import { pixelBytes } from "../../contract/pixels.ts";
import { Refusal } from "../../contract/refusal.ts";
import { parseJpegHeader } from "../../header/jpeg_header.ts";
import { JpegCodec } from "./jpeg_codec.ts";
import type { JpegDecoder } from "./jpeg_decoder.ts";
import { PortableJpegDecoder } from "./portable_jpeg.ts";
import { TurboJpegDecoder } from "./turbojpeg.ts";

const DAMAGED = { name: "Refusal", code: "invalid_image" };
const PHOTO = "inputs/rgb_420_640x480.jpg";

function digest(decoder: PortableJpegDecoder, bytes: Uint8Array<ArrayBuffer>): string {
  return sha256(decoder.decode(bytes, parseJpegHeader(bytes)).data);
}

/** A codec that was kept through damaged files until it trapped: each takes some of its stack. */
function spoiltCodec(): JpegCodec {
  const codec = new JpegCodec();
  const damaged = readGoldenFile("inputs/damaged_baseline_early_eoi.jpg");
  for (let count = 0; count < 20_000; count++) {
    try {
      codec.decode([damaged]);
    } catch (thrown) {
      assert.ok(thrown instanceof WebAssembly.RuntimeError, String(thrown));
      return codec;
    }
  }
  throw new Error("The codec does not trap: it need not be dropped any more");
}

Deno.test("PortableJpegDecoder.decode() gives gray and RGB, and a warning only of damaged data", () => {
  using decoder = new PortableJpegDecoder();
  const files = [
    ["inputs/gray_factors_2x2_131x97.jpg", "L", false],
    [PHOTO, "RGB", false],
    ["inputs/metadata_junk_between_segments_190x121.jpg", "RGB", false],
    ["inputs/damaged_baseline_early_eoi.jpg", "RGB", true],
  ] as const;
  for (const [name, mode, isDamaged] of files) {
    const bytes = readGoldenFile(name);
    const image = decoder.decode(bytes, parseJpegHeader(bytes));
    assert.equal(image.mode, mode, name);
    assert.equal(image.data.length, image.width * image.height * pixelBytes(image), name);
    assert.equal(image.warning !== undefined, isDamaged, name);
  }
});

Deno.test("PortableJpegDecoder.decode() goes on with another codec after one that trapped", () => {
  const codecs = [spoiltCodec()];
  using decoder = new PortableJpegDecoder(() => codecs.pop() ?? new JpegCodec());
  const photo = readGoldenFile(PHOTO);
  assert.throws(() => digest(decoder, photo), DAMAGED);
  using fresh = new PortableJpegDecoder();
  assert.equal(digest(decoder, photo), digest(fresh, photo));
});

Deno.test("PortableJpegDecoder.decode() gives the same pixels after any number of damaged files", () => {
  using decoder = new PortableJpegDecoder();
  const photo = readGoldenFile(PHOTO);
  const expected = digest(decoder, photo);
  const damaged = readGoldens().map(({ name }) => name)
    .filter((name) => /\/damaged_(baseline|progressive|restart).*\.jpg$/.test(name))
    .map((name) => readGoldenFile(name));
  assert.ok(damaged.length > 100, String(damaged.length));
  for (let count = 0; count < 600; count++) {
    const bytes = damaged[count % damaged.length] as Uint8Array<ArrayBuffer>;
    try {
      decoder.decode(bytes, parseJpegHeader(bytes));
    } catch (thrown) {
      assert.equal((thrown as Error).name, "Refusal");
    }
  }
  assert.equal(digest(decoder, photo), expected);
});

Deno.test("PortableJpegDecoder.decode() refuses a file whose size is not the one that was judged", () => {
  using decoder = new PortableJpegDecoder();
  const photo = readGoldenFile(PHOTO);
  const header = parseJpegHeader(photo);
  for (const other of [{ width: 639 }, { height: 479 }, { width: 480, height: 640 }]) {
    assert.throws(() => decoder.decode(photo, { ...header, ...other }), DAMAGED);
  }
});

Deno.test("PortableJpegDecoder keeps the codec of small good photos, and makes another after any other", () => {
  let codecs = 0;
  using decoder = new PortableJpegDecoder(() => {
    codecs++;
    return new JpegCodec();
  });
  const codecsAfter = (name: string) => {
    const bytes = readGoldenFile(name);
    try {
      decoder.decode(bytes, parseJpegHeader(bytes));
    } catch (thrown) {
      assert.equal((thrown as Error).name, "Refusal");
    }
    return codecs;
  };
  assert.equal(codecsAfter(PHOTO), 1);
  assert.equal(codecsAfter(PHOTO), 1);
  assert.equal(codecsAfter("inputs/damaged_baseline_early_eoi.jpg"), 1);
  assert.equal(codecsAfter("refused/damaged_header_no_quantisation.jpg"), 2);
  assert.equal(codecsAfter("inputs/rgb_420_4000x3000.jpg"), 3);
  assert.equal(codecsAfter(PHOTO), 4);
  assert.equal(codecsAfter(PHOTO), 4);
});

/** Pixels' digest, or `undefined` where the file is refused. */
function digestIfTaken(decoder: JpegDecoder, bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return sha256(decoder.decode(bytes, parseJpegHeader(bytes)).data);
  } catch (thrown) {
    if (thrown instanceof Refusal) return undefined;
    throw thrown;
  }
}

testNative(
  "PortableJpegDecoder.decode() gives libturbojpeg's pixels of random photos, and of damaged ones takes none that it refuses",
  () => {
    using native = new TurboJpegDecoder(turboJpegPath(), DEFAULT_LIMITS);
    using portable = new PortableJpegDecoder();
    using variants = new JpegVariants(17);
    const damages = { taken: 0, refused: 0, refusedHere: 0 };
    for (let count = 0; count < 300; count++) {
      const { name, bytes } = variants.next(["4:4:4", "4:2:2", "4:2:0", "4:4:0", "4:1:1", "gray"]);
      assert.equal(digestIfTaken(portable, bytes), digestIfTaken(native, bytes), name);
      const damaged = variants.damage(bytes);
      const isExpected = digestIfTaken(native, damaged) !== undefined;
      const isTaken = digestIfTaken(portable, damaged) !== undefined;
      assert.ok(isExpected || !isTaken, `${name}, damaged`);
      if (isTaken) damages.taken++;
      else if (isExpected) damages.refusedHere++;
      else damages.refused++;
    }
    assert.ok(damages.taken > 100 && damages.refused > 20, JSON.stringify(damages));
    assert.ok(damages.refusedHere < 5, JSON.stringify(damages));
  },
);
