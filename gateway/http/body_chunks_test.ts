import assert from "node:assert/strict";
import { BodyChunks } from "./body_chunks.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Chunks of the given lengths, numbered by what they are filled with. */
function chunks(...lengths: number[]): Uint8Array<ArrayBuffer>[] {
  return lengths.map((length, index) => new Uint8Array(length).fill(index + 1));
}

function joined(declared: number | undefined, parts: Uint8Array<ArrayBuffer>[]): BodyChunks {
  const body = new BodyChunks(declared);
  for (const part of parts) body.add(part);
  return body;
}

for (const declared of [undefined, 6, 9, 2]) {
  Deno.test(`BodyChunks.join() gives what arrived, declared as ${declared} bytes`, () => {
    const body = joined(declared, chunks(1, 2, 3));
    assert.deepEqual([body.length, body.count], [6, 3]);
    assert.deepEqual([...body.join()], [1, 2, 2, 3, 3, 3]);
  });
}

Deno.test("BodyChunks.join() gives nothing where nothing arrived", () => {
  for (const declared of [undefined, 9]) assert.equal(joined(declared, []).join().length, 0);
});

Deno.test("BodyChunks keeps a chunk that is the whole body, unless it shares its buffer", () => {
  const [whole] = chunks(6);
  assert.ok(whole);
  assert.equal(joined(6, [whole]).join().buffer, whole.buffer);
  const part = new Uint8Array(new ArrayBuffer(20), 4, 6).fill(7);
  const copy = joined(6, [part]).join();
  assert.notEqual(copy.buffer, part.buffer);
  assert.deepEqual([...copy], [7, 7, 7, 7, 7, 7]);
});

Deno.test("BodyChunks takes 16 KiB for a promise, and more only for what arrives", () => {
  const held = (...lengths: number[]) =>
    joined(32 * MIB, chunks(...lengths)).join().buffer.byteLength;
  assert.equal(held(1), 16 * KIB);
  assert.equal(held(64 * KIB), 128 * KIB);
  assert.equal(held(MIB, MIB), 2 * MIB);
  assert.equal(held(MIB, MIB, 2 * KIB), 4 * MIB + 4 * KIB);
  assert.equal(joined(1000, chunks(1)).join().buffer.byteLength, 1000);
});

Deno.test("BodyChunks keeps of a small chunk nothing but its bytes", () => {
  const whole = new Uint8Array(64 * 1024).fill(1);
  const body = new BodyChunks(undefined);
  body.add(whole.subarray(0, 66));
  structuredClone(whole.buffer, { transfer: [whole.buffer] });
  assert.deepEqual([...body.join()], Array.from({ length: 66 }, () => 1));
});
