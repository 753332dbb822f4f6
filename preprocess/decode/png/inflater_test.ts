import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { Inflater } from "./inflater.ts";

const RAW = Uint8Array.from({ length: 5000 }, (_, at) => at * at >> 7);
const PACKED = Uint8Array.from(deflateSync(RAW));

Deno.test("Inflater.inflate() takes no more input than its output needs, and goes on from there", () => {
  using inflater = new Inflater();
  const output = new Uint8Array(RAW.length);
  let taken = 0;
  for (let at = 0; at < RAW.length; at += 100) {
    const part = output.subarray(at, at + 100);
    const { read, written } = inflater.inflate(PACKED.subarray(taken), part);
    assert.equal(written, 100);
    taken += read;
    if (at === 0) assert.ok(taken < PACKED.length / 2);
  }
  assert.deepEqual([output, taken], [RAW, PACKED.length]);
});

Deno.test("Inflater.inflate() fills its output as far as the input goes", () => {
  using inflater = new Inflater();
  const output = new Uint8Array(RAW.length);
  const half = PACKED.length >> 1;
  const first = inflater.inflate(PACKED.subarray(0, half), output);
  assert.equal(first.read, half);
  assert.ok(first.written > 0 && first.written < RAW.length);
  const second = inflater.inflate(PACKED.subarray(half), output.subarray(first.written));
  assert.deepEqual([output, first.written + second.written], [RAW, RAW.length]);
});

Deno.test("Inflater.inflate() takes and gives nothing once the stream has ended", () => {
  using inflater = new Inflater();
  inflater.inflate(PACKED, new Uint8Array(RAW.length));
  const none = inflater.inflate(new Uint8Array(9), new Uint8Array(9));
  assert.deepEqual(none, { read: 0, written: 0 });
});

Deno.test("Inflater.inflate() throws for damage, and for a wrong checksum once that is reached", () => {
  const wrong = PACKED.slice();
  wrong[wrong.length - 1] = (wrong.at(-1) as number) ^ 1;
  const output = new Uint8Array(RAW.length);
  using damaged = new Inflater();
  assert.throws(() => damaged.inflate(new Uint8Array(9), output), /^Error: Cannot inflate: /);
  using whole = new Inflater();
  assert.throws(() => whole.inflate(wrong, output), /data check/);
  using cut = new Inflater();
  assert.equal(cut.inflate(wrong.subarray(0, -1), output).written, RAW.length);
});
