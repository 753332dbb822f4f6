import assert from "node:assert/strict";
import { readRasters } from "../../testing/goldens/read_rasters.ts";
import { RIFF_HEADER_BYTES, RiffFile, WebpError } from "./riff_file.ts";

/** A file of chunks, each a name and a payload. */
function riff(...chunks: [string, number[]][]): Uint8Array {
  const body = chunks.flatMap(([name, data]) => {
    const padding = data.length % 2 === 0 ? [] : [0];
    return [...new TextEncoder().encode(name), data.length, 0, 0, 0, ...data, ...padding];
  });
  const head = [..."RIFF"].map((letter) => letter.charCodeAt(0));
  const size = [body.length + 4, 0, 0, 0];
  return Uint8Array.from([...head, ...size, ...new TextEncoder().encode("WEBP"), ...body]);
}

Deno.test("RiffFile.chunk() gives chunks in turn, of an even length, those that count by name, up to the end that the file names", () => {
  const file = new RiffFile(Uint8Array.from([...riff(["ABCD", [1, 2, 3]], ["EXIF", []]), 9, 9]));
  assert.deepEqual(file.chunk(RIFF_HEADER_BYTES), { name: "????", offset: 20, length: 3 });
  assert.deepEqual(file.chunk(24), { name: "EXIF", offset: 32, length: 0 });
  assert.equal(file.chunk(32), undefined);
});

Deno.test("RiffFile refuses files and chunks of which a part is missing", () => {
  const whole = riff(["ABCD", [1, 2, 3]]);
  assert.throws(() => new RiffFile(whole.subarray(0, -1)), WebpError);
  assert.throws(() => new RiffFile(whole.subarray(0, 19)), WebpError);
  const long = whole.with(16, 5);
  assert.throws(() => new RiffFile(long).chunk(RIFF_HEADER_BYTES), WebpError);
});

Deno.test("RiffFile.chunk() gives up on a file of nothing but chunks", () => {
  const file = new RiffFile(riff(["ABCD", []]));
  assert.throws(() => {
    for (let index = 0; index <= 100_000; index++) file.chunk(RIFF_HEADER_BYTES);
  }, /so many chunks/);
});

Deno.test("RiffFile meets every prefix of a WebP without another error", () => {
  const file = readRasters("webp").find(({ name }) => name === "exif_and_xmp")?.file;
  for (let length = 0; length < (file?.length ?? 0); length++) {
    assert.throws(() => new RiffFile(file?.subarray(0, length) as Uint8Array), WebpError);
  }
});
