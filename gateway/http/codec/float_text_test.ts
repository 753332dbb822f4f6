import assert from "node:assert/strict";
import { floatTextBytesMax, writeFloats } from "./float_text.ts";

function textOf(values: Float32Array): string {
  const bytes = new Uint8Array(floatTextBytesMax(values.length));
  return new TextDecoder().decode(bytes.subarray(0, writeFloats(values, bytes, 0)));
}

/** Asserts that JSON's numbers become the same 32 bits again. */
function assertExact(bits: Uint32Array<ArrayBuffer>): void {
  const values = new Float32Array(bits.buffer);
  const read = new Uint32Array(Float32Array.from(JSON.parse(`[${textOf(values)}]`)).buffer);
  const wrong = bits.findIndex((expected, index) => read[index] !== expected);
  if (wrong < 0) return;
  assert.fail(`${values[wrong]} becomes ${textOf(values.subarray(wrong, wrong + 1))}`);
}

const MANTISSA = 2 ** 23;
const EXPONENT_BIAS = 127;

Deno.test("writeFloats() gives every bit back, for every exponent and sign", () => {
  let random = 12345;
  for (let biased = 0; biased < 255; biased++) {
    for (const sign of [0, 1]) {
      const mantissas = Array.from({ length: 200 }, (_, index) => {
        random = (random * 48_271) % 2_147_483_647;
        // The ends of the range, where floats are sparse and dense, and some in between.
        return index < 20 ? index : index < 40 ? MANTISSA - 1 - (index - 20) : random % MANTISSA;
      });
      assertExact(
        Uint32Array.from(
          mantissas,
          (mantissa) => ((sign << 31) | (biased << 23) | mantissa) >>> 0,
        ),
      );
    }
  }
});

for (
  const [value, text] of [
    [0, "0"],
    [-0, "-0"],
    [1, "1"],
    [-0.25, "-0.25"],
    [0.1, "0.100000001"],
    [0.001, "0.001"],
    [3.1415927, "3.1415927"],
    [100.5, "100.5"],
    [16_777_215, "16777215"],
    [2 ** 24, "16777216"],
    [2 ** -149, "1.401298464324817e-45"],
    [3.4028234663852886e38, "3.4028234663852886e+38"],
  ] as const
) {
  Deno.test(`writeFloats() writes ${text}`, () => {
    assert.equal(textOf(Float32Array.of(value)), text);
  });
}

Deno.test("writeFloats() gives every bit back of 100,000 neighbours, whose decimals are of all kinds", () => {
  const sixteenth = (EXPONENT_BIAS - 4) << 23;
  assertExact(Uint32Array.from({ length: 100_000 }, (_, index) => sixteenth | (index * 83)));
});

Deno.test("writeFloats() writes what no JSON may lack: commas between, none at the ends", () => {
  assert.equal(textOf(new Float32Array(0)), "");
  assert.equal(textOf(Float32Array.of(1, 0.5, -3)), "1,0.5,-3");
});

Deno.test("writeFloats() takes at most floatTextBytesMax() bytes", () => {
  const longest = Float32Array.of(-1.1754943508222875e-38, -(2 ** -26 + 2 ** -49), -16_777_215);
  for (const value of longest) {
    assert.ok(textOf(Float32Array.of(value)).length < floatTextBytesMax(1), String(value));
  }
});

Deno.test("writeFloats() of a unit vector takes about 12 bytes a number", () => {
  const values = Float32Array.from({ length: 512 }, (_, index) => Math.sin(index + 1) / 16);
  assert.ok(textOf(values).length < 512 * 13);
});
