import assert from "node:assert/strict";
import { GifBlocks } from "./gif_blocks.ts";

function take(blocks: GifBlocks, count: number): number[] {
  return Array.from({ length: count }, () => blocks.next());
}

Deno.test("GifBlocks.next() goes through blocks, passing over those of nothing", () => {
  const blocks = new GifBlocks(Uint8Array.of(9, 2, 1, 2, 0, 0, 1, 3), 1);
  assert.deepEqual(take(blocks, 3), [1, 2, 3]);
  assert.throws(() => blocks.next(), /end early/);
});

Deno.test("GifBlocks.next() throws before a block that is not whole", () => {
  const blocks = new GifBlocks(Uint8Array.of(1, 7, 3, 8, 9), 0);
  assert.deepEqual(take(blocks, 1), [7]);
  assert.throws(() => blocks.next(), /end early/);
  assert.throws(() => new GifBlocks(Uint8Array.of(1), 1), /end early/);
});

Deno.test("GifBlocks.readOn() wants more of the file than the 64 KiB that were read", () => {
  const short = new GifBlocks(new Uint8Array(65_536).fill(1), 0);
  assert.throws(() => short.readOn(), /end early/);
  const long = new GifBlocks(new Uint8Array(65_537).fill(1), 0);
  long.readOn();
  assert.throws(() => long.readOn(), /end early/);
});
