import assert from "node:assert/strict";
import { sha256 } from "../../../testing/digest.ts";
import { readGoldenFile, readGoldens } from "../../../testing/goldens/read_goldens.ts";
import { type CodecResult, JpegCodec } from "./jpeg_codec.ts";

const PHOTO = "inputs/rgb_420_640x480.jpg";

Deno.test("JpegCodec.decode() gives pixels that no later file overwrites", () => {
  const codec = new JpegCodec();
  const { pixels, width, height, verdict } = codec.decode([readGoldenFile(PHOTO)]);
  assert.deepEqual([width, height, verdict], [640, 480, "good"]);
  codec.decode([readGoldenFile("inputs/gray_factors_2x2_131x97.jpg")]);
  assert.equal(sha256(pixels), readGoldens().find(({ name }) => name === PHOTO)?.pixels);
});

Deno.test("JpegCodec.decode() takes a file in parts", () => {
  const photo = readGoldenFile(PHOTO);
  const parts = [photo.subarray(0, 100), photo.subarray(100, 5000), photo.subarray(5000)];
  assert.equal(
    sha256(new JpegCodec().decode(parts).pixels),
    sha256(new JpegCodec().decode([photo]).pixels),
  );
});

const VERDICTS: readonly (readonly [string, CodecResult["verdict"], number])[] = [
  ["inputs/damaged_baseline_early_eoi.jpg", "warned", 121 * 90 * 3],
  ["refused/damaged_header_no_quantisation.jpg", "gave_up", 121 * 90 * 3],
  ["refused/damaged_header_huffman_oversubscribed.jpg", "gave_up", 121 * 90 * 3],
  ["inputs/metadata_junk_between_segments_190x121.jpg", "warned", 0],
  ["inputs/rgb_410_257x171.jpg", "warned", 0],
  ["inputs/cmyk_adobe0_211x157.jpg", "gave_up", 211 * 157 * 3],
];
for (const [name, verdict, byteLength] of VERDICTS) {
  Deno.test(`JpegCodec.decode() tells what can be used of ${name}`, () => {
    const result = new JpegCodec().decode([readGoldenFile(name)]);
    assert.deepEqual([result.verdict, result.pixels.length], [verdict, byteLength]);
  });
}
