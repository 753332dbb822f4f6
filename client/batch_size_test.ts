import assert from "node:assert/strict";
import { BatchSize } from "./batch_size.ts";

const KIB = 1024;

Deno.test("BatchSize is as much as it may be on a fast line, and what a slow one carries in a quarter of a second", () => {
  const size = new BatchSize(256 * KIB);
  assert.equal(size.current, 256 * KIB);
  size.replied(256 * KIB, 50, 1050);
  size.replied(256 * KIB, 80, 1100);
  assert.equal(size.current, 256 * KIB);
  size.replied(200 * KIB, 1000, 2000);
  assert.equal(size.current, 256 * KIB);
  size.replied(200 * KIB, 1000, 2100);
  assert.equal(size.current, 100 * KIB);
});

Deno.test("BatchSize is half of what did not get through, and grows from there", () => {
  const size = new BatchSize(256 * KIB);
  size.split(200 * KIB);
  size.split(250 * KIB);
  assert.equal(size.current, 100 * KIB);
  for (let second = 1; second <= 30; second++) size.replied(1024 * KIB, 50, second * 1000);
  assert.equal(size.current, 256 * KIB);
});

Deno.test("BatchSize learns from the first reply where that was late", () => {
  const size = new BatchSize(256 * KIB);
  size.replied(256 * KIB, 4000, 5000);
  assert.equal(size.current, 16 * KIB);
});
