import assert from "node:assert/strict";
import fc from "fast-check";
import { unpackLzw } from "./tiff_lzw.ts";

const [CLEAR, END] = [256, 257];

/** Packs codes as TIFF does, each as wide as the table that they have made by then asks for. */
function pack(codes: readonly number[]): Uint8Array {
  let [text, next, bits] = ["", 258, 9];
  let isFirst = true;
  for (const code of codes) {
    text += code.toString(2).padStart(bits, "0");
    if (code === CLEAR) [next, bits, isFirst] = [258, 9, true];
    else if (!isFirst) next++;
    else isFirst = false;
    if (code !== CLEAR && next === (1 << bits) - 1) bits++;
  }
  return Uint8Array.from(text.match(/.{1,8}/g) ?? [], (byte) => parseInt(byte.padEnd(8, "0"), 2));
}

/** A strip of which each code makes a string longer by one than the one before: 4 MB of 3 kB. */
function bomb(rounds: number): Uint8Array {
  const growing = [CLEAR, 0, ...Array.from({ length: 4094 - 258 }, (_, index) => 258 + index)];
  return pack(Array.from({ length: rounds }, () => growing).flat());
}

Deno.test("unpackLzw() reads strings that their own code completes, and ends at the end's code", () => {
  const strip = pack([CLEAR, 7, 258, 259, 8, END, 9]);
  assert.deepEqual([...unpackLzw(strip, 100)], [7, 7, 7, 7, 7, 7, 8]);
});

Deno.test("unpackLzw() makes strings of a string and the first byte of the one behind it", () => {
  const strip = pack([CLEAR, 1, 2, 3, 258, 259, 262, END]);
  assert.deepEqual([...unpackLzw(strip, 100)], [1, 2, 3, 1, 2, 2, 3, 2, 3, 2]);
});

Deno.test("unpackLzw() gives no more than is asked for, and all that is asked for", () => {
  const strip = bomb(2);
  const whole = unpackLzw(strip, 100_000_000);
  assert.equal(whole.length, 2 * 3837 * 3838 / 2);
  for (const length of [0, 1, 5, 4096, whole.length - 1]) {
    const part = unpackLzw(strip, length);
    assert.equal(part.length, length);
    assert.equal(part.buffer.byteLength, length);
  }
});

Deno.test("unpackLzw() refuses a code before its string", () => {
  assert.throws(() => unpackLzw(pack([CLEAR, 7, 259]), 10), /before its string/);
  assert.throws(() => unpackLzw(pack([CLEAR, 258]), 10), /before its string/);
});

Deno.test("unpackLzw() ends on any bytes, with no more than is asked for", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat({ max: 3000 }), (strip, most) => {
    try {
      assert.ok(unpackLzw(strip, most).length <= most);
    } catch (error) {
      assert.match((error as Error).message, /^Cannot unpack LZW/);
    }
  }));
});
