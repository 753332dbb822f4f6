import assert from "node:assert/strict";
import { GatheredWrites } from "./gathered_writes.ts";

const endOfTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Writes that a sink got, as their lengths, and all their bytes. */
function collect(): { writes: GatheredWrites; lengths: number[]; bytes: () => number[] } {
  const got: Uint8Array[] = [];
  const lengths: number[] = [];
  const writes = new GatheredWrites({
    write: (bytes) => {
      got.push(bytes);
      lengths.push(bytes.byteLength);
    },
  });
  return { writes, lengths, bytes: () => got.flatMap((bytes) => [...bytes]) };
}

Deno.test("GatheredWrites sends what came within one turn at once, in order", async () => {
  const { writes, lengths, bytes } = collect();
  for (const byte of [1, 2, 3]) writes.push(Uint8Array.of(byte));
  await Promise.resolve();
  writes.push(Uint8Array.of(4));
  assert.deepEqual(lengths, []);
  await endOfTurn();
  writes.push(Uint8Array.of(5));
  await endOfTurn();
  assert.deepEqual(lengths, [4, 1]);
  assert.deepEqual(bytes(), [1, 2, 3, 4, 5]);
});

Deno.test("GatheredWrites joins no more than 256 KiB, and leaves longer pieces whole", async () => {
  const { writes, lengths } = collect();
  const pieces = [200, 56, 1, 255, 300, 10].map((kib) => new Uint8Array(kib * 1024));
  for (const piece of pieces) writes.push(piece);
  await endOfTurn();
  assert.deepEqual(lengths.map((length) => length / 1024), [256, 256, 300, 10]);
});

Deno.test("GatheredWrites.flush() does not wait for the turn's end", async () => {
  const { writes, bytes } = collect();
  writes.push(Uint8Array.of(1));
  writes.flush();
  assert.deepEqual(bytes(), [1]);
  writes.push(Uint8Array.of(2));
  await endOfTurn();
  assert.deepEqual(bytes(), [1, 2]);
});
