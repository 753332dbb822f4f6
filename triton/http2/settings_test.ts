import assert from "node:assert/strict";
import { Http2Error } from "./error_code.ts";
import { applySettings, DEFAULT_SETTINGS, encodeSettings } from "./settings.ts";

/** Pairs of id and value. */
function payload(...pairs: readonly (readonly [number, number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(6 * pairs.length));
  pairs.forEach(([id, value], index) => {
    view.setUint16(6 * index, id);
    view.setUint32(6 * index + 2, value);
  });
  return new Uint8Array(view.buffer);
}

Deno.test("encodeSettings() allows no table and no pushed streams", () => {
  const expected = payload([1, 0], [2, 0], [4, 2_000_000]);
  assert.deepEqual(encodeSettings({ streamWindowBytes: 2_000_000 }), expected);
});

Deno.test("applySettings() changes what is named, the last value counting, and ignores the unknown", () => {
  const settings = applySettings(DEFAULT_SETTINGS, payload([3, 100], [0xfe03, 1], [3, 7], [1, 0]));
  assert.deepEqual(settings, { ...DEFAULT_SETTINGS, concurrentStreamsMax: 7 });
  const more = applySettings(settings, payload([4, 0], [5, 2 ** 24 - 1]));
  assert.deepEqual(more, {
    concurrentStreamsMax: 7,
    initialWindowBytes: 0,
    frameBytesMax: 2 ** 24 - 1,
  });
});

Deno.test("applySettings() refuses values that cannot be", () => {
  const cases = [
    [payload([4, 2 ** 31]), 3],
    [payload([5, 16_383]), 1],
    [payload([5, 2 ** 24]), 1],
    [new Uint8Array(7), 6],
  ] as const;
  for (const [bytes, code] of cases) {
    assert.throws(
      () => applySettings(DEFAULT_SETTINGS, bytes),
      (error) => error instanceof Http2Error && error.code === code,
    );
  }
});
