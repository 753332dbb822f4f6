import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { PngTexts } from "./png_text.ts";

const MIB = 2 ** 20;

function zeros(length: number): Uint8Array {
  return Uint8Array.from(deflateSync(new Uint8Array(length)));
}

Deno.test("PngTexts.add() takes a mebibyte, and a byte more only where none of the stream is left", () => {
  const texts = new PngTexts();
  texts.add(zeros(MIB));
  texts.add(Uint8Array.from([...zeros(MIB), 1, 2, 3]));
  texts.add(new Uint8Array(9));
  texts.add(new Uint8Array(0));
  assert.throws(() => texts.add(zeros(MIB + 1)), /so long/);
});

Deno.test("PngTexts.add() throws when all texts together are too long, damaged ones counted whole", () => {
  const whole = zeros(MIB);
  const damaged = whole.slice(0, 2000).fill(255, 900);
  for (const text of [whole, damaged]) {
    let count = 0;
    const texts = new PngTexts();
    assert.throws(() => {
      for (; count < 99; count++) texts.add(text);
    }, /so long/);
    assert.ok(count >= 16 && count < 64, String(count));
  }
});

Deno.test("PngTexts.add() takes hundreds of short texts, which cost what they become, and begins no thousands", () => {
  const short = zeros(9);
  const texts = new PngTexts();
  for (let count = 0; count < 1000; count++) texts.add(short);
  for (let count = 0; count < 99_999; count++) texts.add(new Uint8Array(0));
  assert.throws(() => {
    for (let count = 0; count < 99; count++) texts.add(short);
  }, /so long/);
});
