import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { readRasters } from "../../testing/goldens/read_rasters.ts";
import { WebpError } from "./riff_file.ts";
import { readWebpContainer } from "./webp_container.ts";

const GOLDENS = readRasters("webp");

function golden(name: string): Uint8Array<ArrayBuffer> {
  const found = GOLDENS.find((entry) => entry.name === name);
  assert.ok(found, name);
  return found.file;
}

Deno.test("readWebpContainer() gives Pillow's size and mode of every file that Pillow opens", () => {
  for (const { name, file, width, height, mode } of GOLDENS) {
    if (mode === undefined) continue;
    const container = readWebpContainer(file);
    assert.deepEqual([container.width, container.height], [width, height], name);
    // Pillow calls a file RGBA whose alpha libwebp then leaves out.
    if (name !== "alpha_not_flagged") assert.equal(container.hasAlpha, mode === "RGBA", name);
  }
});

Deno.test("readWebpContainer() finds alpha, image and metadata, where they are flagged", () => {
  const { frame, exif, xmp } = readWebpContainer(golden("exif_and_xmp"));
  assert.deepEqual([frame.alpha?.name, frame.image.name], ["ALPH", "VP8 "]);
  assert.deepEqual([exif?.name, xmp?.name], ["EXIF", "XMP "]);
  assert.equal(readWebpContainer(golden("exif_not_flagged")).exif, undefined);
});

Deno.test("readWebpContainer() gives an animation's first frame and its place", () => {
  const { width, height, frame } = readWebpContainer(golden("anim_part_2"));
  assert.deepEqual([width, height], [40, 30]);
  assert.deepEqual([frame.x, frame.y, frame.width, frame.height], [10, 8, 20, 10]);
});

Deno.test("readWebpContainer() refuses a frame that says it is larger than any picture, as libwebp", () => {
  const file = golden("anim_part_2").slice();
  const frame = Array.from(file.keys()).find((at) =>
    String.fromCharCode(...file.subarray(at, at + 4)) === "ANMF"
  );
  assert.ok(frame);
  file.set([0xff, 0xff, 0xff, 0xfe, 0, 0], frame + 8 + 6);
  readWebpContainer(file);
  file.set([0xff, 0xff, 0xff, 0xff, 0, 0], frame + 8 + 6);
  assert.throws(() => readWebpContainer(file), { message: "Cannot hold a frame" });
});

Deno.test("readWebpContainer() meets any change of a file without another error", () => {
  const place = fc.nat({ max: 120 });
  fc.assert(
    fc.property(fc.constantFrom(...GOLDENS), place, fc.nat({ max: 255 }), ({ file }, at, byte) => {
      const changed = file.slice();
      changed[at % file.length] = byte;
      try {
        const { frame } = readWebpContainer(changed);
        assert.ok(frame.image.offset + frame.image.length <= changed.length);
      } catch (error) {
        assert.ok(error instanceof WebpError, String(error));
      }
    }),
  );
});
