import assert from "node:assert/strict";
import { bmpOf } from "../../../testing/bmp_bytes.ts";
import { decodeBmp } from "./bmp_decoder.ts";

const COLOURS = [1, 2, 3, 0, 4, 5, 6, 0];
const BLACK_AND_WHITE = [0, 0, 0, 0, 255, 255, 255, 0];

// What the pixels are is told by rasters_test.ts, beside Pillow.

Deno.test("decodeBmp() turns rows the right way up, and leaves out what fills them up", () => {
  const pixels = [1, 2, 3, 99, 4, 5, 6, 99];
  const fields = { width: 1, bits: 24 };
  const { mode, data } = decodeBmp(bmpOf(fields, [], pixels));
  assert.deepEqual([mode, ...data], ["RGB", 6, 5, 4, 3, 2, 1]);
  const topDown = decodeBmp(bmpOf({ ...fields, height: -2 }, [], pixels));
  assert.deepEqual([...topDown.data], [3, 2, 1, 6, 5, 4]);
});

Deno.test("decodeBmp() gives indices with their palette, or grays", () => {
  const fields = { width: 2, height: 1, bits: 8, colours: 2 };
  const { mode, data, palette } = decodeBmp(bmpOf(fields, COLOURS, [1, 0, 99, 99]));
  assert.deepEqual([mode, ...data, ...palette?.subarray(0, 6) ?? []], [
    "P",
    1,
    0,
    3,
    2,
    1,
    6,
    5,
    4,
  ]);
  const gray = decodeBmp(
    bmpOf({ ...fields, colours: 3 }, [0, 0, 0, 0, 1, 1, 1, 0, 2, 2, 2, 0], [1, 2, 9, 9]),
  );
  assert.deepEqual([gray.mode, ...gray.data], ["L", 1, 2]);
});

Deno.test("decodeBmp() reads runs, in which what is not black is white where there are but those", () => {
  const fields = { width: 3, height: 1, bits: 1, compression: 1 };
  const runs = [1, 0, 2, 77, 0, 1];
  assert.deepEqual([...decodeBmp(bmpOf(fields, BLACK_AND_WHITE, runs)).data], [0, 1, 1]);
  assert.deepEqual([...decodeBmp(bmpOf(fields, COLOURS, runs)).data], [0, 77, 77]);
  assert.throws(() => decodeBmp(bmpOf({ ...fields, compression: 5 }, COLOURS, runs)), {
    code: "unsupported_image",
  });
});

Deno.test("decodeBmp() needs all rows, but not what fills the last one up", () => {
  const pixels = [1, 2, 3, 99, 4, 5, 6];
  const fields = { width: 1, bits: 24 };
  assert.equal(decodeBmp(bmpOf(fields, [], pixels)).data.length, 6);
  assert.throws(() => decodeBmp(bmpOf(fields, [], pixels.slice(0, -1))), /all rows/);
  // Grays are read as bytes, for which rows of half bytes are too short.
  const ramp = Array.from({ length: 64 }, (_, at) => at % 4 === 3 ? 0 : at >> 2);
  assert.throws(() => decodeBmp(bmpOf({ width: 9, bits: 4 }, ramp, Array(99).fill(0))), /all rows/);
});
