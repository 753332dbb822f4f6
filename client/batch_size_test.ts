import assert from "node:assert/strict";
import { BatchSize } from "./batch_size.ts";

const KIB = 1024;

Deno.test("BatchSize grows to what a fast line carries in a quarter of a second, and is never more than it may be", () => {
  const size = new BatchSize(256 * KIB, 0);
  assert.equal(size.current, 32 * KIB);
  for (let ms = 100; ms <= 900; ms += 100) size.replied(32 * KIB, ms);
  assert.equal(size.current, 32 * KIB);
  size.replied(32 * KIB, 1000);
  assert.equal(size.current, 80 * KIB);
  size.replied(4096 * KIB, 2000);
  assert.equal(size.current, 256 * KIB);
});

Deno.test("BatchSize has a photo a request where the line carries no more", () => {
  const size = new BatchSize(256 * KIB, 0);
  size.replied(16 * KIB, 1000);
  assert.equal(size.current, 4 * KIB);
  assert.equal(new BatchSize(4, 0).current, 4);
});
