import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { isOldLzw, LzwReader } from "./tiff_lzw.ts";

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
    if (code !== CLEAR && next === (1 << bits) - 1 && bits < 12) bits++;
  }
  return Uint8Array.from(text.match(/.{1,8}/g) ?? [], (byte) => parseInt(byte.padEnd(8, "0"), 2));
}

/** A strip of which each code makes a string longer by one than the one before: 4 MB of 3 kB. */
function bomb(rounds: number): Uint8Array {
  const growing = [CLEAR, 0, ...Array.from({ length: 4094 - 258 }, (_, index) => 258 + index)];
  return pack(Array.from({ length: rounds }, () => growing).flat());
}

/** So many bytes of a strip, read in pieces. */
function unpack(strip: Uint8Array, length: number, piece = length): Uint8Array {
  const reader = new LzwReader(strip, isOldLzw(strip));
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += piece) reader.read(out.subarray(at, at + piece));
  return out;
}

Deno.test("LzwReader reads strings that their own code completes", () => {
  const strip = pack([CLEAR, 7, 258, 259, 8, END]);
  assert.deepEqual([...unpack(strip, 7)], [7, 7, 7, 7, 7, 7, 8]);
});

Deno.test("LzwReader makes strings of a string and the first byte of the one behind it", () => {
  const strip = pack([CLEAR, 1, 2, 3, 258, 259, 262, END]);
  assert.deepEqual([...unpack(strip, 10)], [1, 2, 3, 1, 2, 2, 3, 2, 3, 2]);
});

Deno.test("LzwReader gives the same bytes whatever the pieces, and no more than the strip has", () => {
  const strip = bomb(2);
  const length = 2 * 3837 * 3838 / 2;
  const whole = unpack(strip, length);
  for (const piece of [1000, 4096, length - 1]) {
    assert.deepEqual(unpack(strip, length, piece), whole, String(piece));
  }
  assert.throws(() => unpack(strip, length + 1), /Cannot unpack all of a strip/);
});

Deno.test("LzwReader refuses a code before its string, and a strip that does not begin anew", () => {
  for (const codes of [[CLEAR, 7, 259], [CLEAR, 258], [7, 8]]) {
    assert.throws(() => unpack(pack(codes), 10), /before its string/);
  }
});

Deno.test("LzwReader refuses a strip that goes on where libtiff's table ends", () => {
  const codes = (count: number) => [CLEAR, ...new Array<number>(count).fill(1), END];
  // libtiff counts 5119 - 258 strings more, whatever it can name of them.
  assert.equal(unpack(pack(codes(4862)), 4862).length, 4862);
  assert.throws(() => unpack(pack(codes(4863)), 4863), /before its string/);
});

Deno.test("LzwReader meets any bytes with a refusal or bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat({ max: 3000 }), (strip, most) => {
    try {
      assert.equal(unpack(strip, most).length, most);
    } catch (error) {
      assert.match((error as Error).message, /^Cannot unpack/);
    }
  }));
});
