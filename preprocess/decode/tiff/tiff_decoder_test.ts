import assert from "node:assert/strict";
import { readRasters } from "../../../testing/goldens/read_rasters.ts";
import { grayTiff } from "../../../testing/tiff_file.ts";
import { decodeTiff } from "./tiff_decoder.ts";

// Equality with Pillow, of every kind, stands in rasters_test.ts.

Deno.test("decodeTiff() gives pixels as many bytes as their mode has, and no more", () => {
  const names = [
    "gray1_big_white0_fill1",
    "gray16_big",
    "float32_big",
    "palette8_little",
    "rgb16_big",
    "rgba16_big",
  ];
  const bytes = readRasters("tiff").filter(({ name }) => names.includes(name)).map(
    ({ name, file }) => {
      const { data, width, height } = decodeTiff(file);
      return [name, data.buffer.byteLength / width / height];
    },
  );
  assert.deepEqual(Object.fromEntries(bytes), {
    gray1_big_white0_fill1: 1,
    gray16_big: 2,
    float32_big: 4,
    palette8_little: 1,
    rgb16_big: 3,
    rgba16_big: 4,
  });
});

Deno.test("decodeTiff() turns the picture upright, whatever is asked for later", () => {
  const upright = (orientation: number) =>
    decodeTiff(grayTiff({ 256: 2, 257: 1, 274: orientation }, [1, 2]));
  assert.deepEqual([...upright(3).data], [2, 1]);
  const { width, height, data } = upright(6);
  assert.deepEqual([width, height, ...data], [1, 2, 1, 2]);
});

Deno.test("decodeTiff() refuses by name what it does not know", () => {
  const three = { 258: [8, 8, 8], 277: 3 };
  const kinds = {
    "in CIE L\\*a\\*b\\*": { ...three, 262: 8 },
    "gray that was multiplied by alpha": { 258: [8, 8], 277: 2, 338: 1 },
    "packed by Zstandard": { 259: 50000 },
    "packed as JPEGs": { 259: 7 },
    "of compression 9999": { 259: 9999 },
    "in compressed YCbCr": { ...three, 262: 6, 259: 8 },
    "of colour space 32845": { ...three, 262: 32845 },
    "of 64 bits in this arrangement": { 258: 64 },
    "of 7 samples a pixel": { 262: 2, 277: 7 },
  };
  for (const [name, tags] of Object.entries(kinds)) {
    assert.throws(() => decodeTiff(grayTiff(tags, new Uint8Array(64))), {
      code: "unsupported_image",
      message: new RegExp(`TIFFs that are ${name}`),
    }, name);
  }
});
