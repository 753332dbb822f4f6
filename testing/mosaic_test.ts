import assert from "node:assert/strict";
import { cutSquare, mosaic, seededRandom } from "./mosaic.ts";

function plain(width: number, height: number, level: number) {
  return { width, height, data: new Uint8Array(width * height * 3).fill(level) };
}

Deno.test("mosaic() covers every pixel with some original", () => {
  const picture = mosaic(
    [plain(7, 5, 10), plain(4, 9, 200)],
    { width: 30, height: 20 },
    seededRandom(1),
  );
  assert.equal(picture.data.length, 30 * 20 * 3);
  assert.ok(picture.data.every((level) => level === 10 || level === 200));
});

Deno.test("mosaic() is the same for the same seed, and another for another", () => {
  const originals = [plain(7, 5, 10), plain(4, 9, 200)];
  const make = (seed: number) =>
    mosaic(originals, { width: 30, height: 20 }, seededRandom(seed)).data;
  assert.deepEqual(make(1), make(1));
  assert.notDeepEqual(make(1), make(2));
});

Deno.test("cutSquare() cuts rows out of the picture", () => {
  const data = Uint8Array.from({ length: 4 * 4 * 3 }, (_, index) => Math.floor(index / 3));
  const { data: cut } = cutSquare({ width: 4, height: 4, data }, 2, () => 0.5);
  assert.deepEqual([...cut].filter((_, index) => index % 3 === 0), [5, 6, 9, 10]);
});

Deno.test("seededRandom() is spread over [0, 1)", () => {
  const random = seededRandom(7);
  const values = Array.from({ length: 1000 }, random);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs(mean - 0.5) < 0.05);
});
