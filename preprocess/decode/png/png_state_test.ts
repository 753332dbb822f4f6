import assert from "node:assert/strict";
import { pngHead } from "../../../testing/png_bytes.ts";
import { PngState } from "./png_state.ts";

function take(state: PngState, type: string, data: ArrayLike<number> = []): void {
  state.take({ type, start: 0, length: data.length }, Uint8Array.from(data));
}

/** After IHDR of a picture of 4×3. */
function begun(colourType = 2, depth = 8): PngState {
  const state = new PngState();
  take(state, "IHDR", pngHead({ colourType, depth }).subarray(8, -4));
  return state;
}

/** The chunk fcTL of a frame. */
function control(
  sequence: number,
  x: number,
  y: number,
  width: number,
  height: number,
): Uint8Array {
  const data = new Uint8Array(26);
  const view = new DataView(data.buffer);
  [sequence, width, height, x, y].forEach((value, index) => view.setUint32(4 * index, value));
  return data;
}

// Which chunks Pillow minds is told by rasters_test.ts.

Deno.test("PngState.take() keeps the palette of indices alone", () => {
  const indexed = begun(3);
  take(indexed, "PLTE", [1, 2, 3]);
  assert.deepEqual(indexed.palette, Uint8Array.of(1, 2, 3));
  const coloured = begun();
  take(coloured, "PLTE", [1, 2, 3]);
  assert.equal(coloured.palette, undefined);
});

Deno.test("PngState.take() refuses chunks that are too short, and passes over those that nobody knows", () => {
  for (
    const [type, length] of [["gAMA", 4], ["cHRM", 32], ["sRGB", 1], ["pHYs", 9], [
      "tRNS",
      6,
    ]] as const
  ) {
    take(begun(), type, new Uint8Array(length));
    assert.throws(() => take(begun(), type, new Uint8Array(length - 1)), /too short/, type);
  }
  take(begun(6), "tRNS");
  take(begun(), "prVt");
});

Deno.test("PngState.region() is the whole picture, or the frame's part of it", () => {
  const state = begun();
  assert.deepEqual(state.region(), { x: 0, y: 0, width: 4, height: 3 });
  take(state, "fcTL", control(0, 1, 1, 3, 2));
  assert.deepEqual(state.region(), { x: 1, y: 1, width: 3, height: 2 });
  assert.throws(() => take(begun(), "fcTL", control(0, 2, 0, 3, 3)), /beyond/);
  take(state, "fcTL", control(1, 1, 1, 0, 2));
  assert.throws(() => state.region(), /empty/);
});

Deno.test("PngState keeps frames and their pixels in order", () => {
  const state = begun();
  assert.throws(() => state.takeSequence(0), /order/);
  take(state, "fcTL", control(0, 0, 0, 4, 3));
  state.takeSequence(1);
  assert.throws(() => state.takeSequence(3), /order/);
  assert.throws(() => take(state, "fcTL", control(3, 0, 0, 4, 3)), /order/);
});
