import assert from "node:assert/strict";
import { EmbeddingCache, entryBytes } from "./embedding_cache.ts";

const DIM = 512;
const embedding = (level: number) => new Float32Array(DIM).fill(level);

/** A cache with room for `images` embeddings and almost one more. */
function cacheOf(images: number, onEvicted?: () => void): EmbeddingCache {
  const bytesMax = (images + 1) * entryBytes(DIM) - 1;
  return new EmbeddingCache({ bytesMax, ...onEvicted && { onEvicted } });
}

Deno.test("entryBytes() counts the floats and what keeping them costs", () => {
  assert.equal(entryBytes(512), 2048 + 1024);
});

Deno.test("EmbeddingCache gives back what was put in, by its key", () => {
  const cache = cacheOf(2);
  cache.set("a", embedding(1));
  cache.set("b", embedding(2));
  assert.deepEqual(cache.get("a"), embedding(1));
  assert.deepEqual(cache.get("b"), embedding(2));
  assert.equal(cache.get("c"), undefined);
});

Deno.test("EmbeddingCache lets the least recently used go when its bytes are used up", () => {
  let evicted = 0;
  const cache = cacheOf(2, () => evicted++);
  cache.set("a", embedding(1));
  cache.set("b", embedding(2));
  cache.get("a");
  cache.set("c", embedding(3));
  assert.equal(cache.get("b"), undefined);
  assert.deepEqual(cache.get("a"), embedding(1));
  assert.deepEqual(cache.get("c"), embedding(3));
  assert.equal(evicted, 1);
  assert.deepEqual(cache.usage, { images: 2, bytes: 2 * entryBytes(DIM) });
});

Deno.test("EmbeddingCache never holds more bytes than it may", () => {
  const cache = cacheOf(3);
  for (let index = 0; index < 100; index++) {
    cache.set(String(index), embedding(index));
    assert.ok(cache.usage.bytes <= 3 * entryBytes(DIM), `${cache.usage.bytes}`);
  }
});

Deno.test("EmbeddingCache shares no memory with what was put in or taken out", () => {
  const cache = cacheOf(2);
  const given = embedding(1);
  cache.set("a", given);
  given.fill(7);
  cache.get("a")?.fill(8);
  assert.deepEqual(cache.get("a"), embedding(1));
});

Deno.test("EmbeddingCache keeps a row alone, not the batch it is a part of", () => {
  const cache = cacheOf(2);
  cache.set("a", new Float32Array(32 * DIM).subarray(DIM, 2 * DIM));
  assert.equal(cache.get("a")?.buffer.byteLength, DIM * 4);
});

Deno.test("EmbeddingCache does not keep what is larger than itself", () => {
  const cache = cacheOf(0);
  cache.set("a", embedding(1));
  assert.equal(cache.get("a"), undefined);
  assert.deepEqual(cache.usage, { images: 0, bytes: 0 });
});

Deno.test("EmbeddingCache.clear() empties it, and that is no eviction", () => {
  let evicted = 0;
  const cache = cacheOf(2, () => evicted++);
  cache.set("a", embedding(1));
  cache.clear();
  assert.equal(cache.get("a"), undefined);
  assert.deepEqual(cache.usage, { images: 0, bytes: 0 });
  assert.equal(evicted, 0);
});
