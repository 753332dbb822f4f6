import assert from "node:assert/strict";
import { groupNearDuplicates, nearestMiss } from "./grouping.ts";

function photo(name: string, degrees: number) {
  const radians = (degrees * Math.PI) / 180;
  return { name, embedding: new Float32Array([Math.cos(radians), Math.sin(radians)]) };
}

const THRESHOLD = Math.cos((15 * Math.PI) / 180);

Deno.test("groupNearDuplicates() links photos directly and through others", () => {
  const photos = [photo("a", 0), photo("far", 90), photo("c", 20), photo("b", 10)];
  const groups = groupNearDuplicates(photos, THRESHOLD);
  assert.deepEqual(groups.map((group) => [...group.names].sort()), [["a", "b", "c"], ["far"]]);
  assert.ok(Math.abs((groups[0]?.weakestLink ?? 0) - Math.cos(Math.PI / 18)) < 1e-6);
  assert.equal(groups[1]?.weakestLink, 1);
});

Deno.test("groupNearDuplicates() keeps photos below the threshold apart", () => {
  const groups = groupNearDuplicates([photo("a", 0), photo("b", 16)], THRESHOLD);
  assert.equal(groups.length, 2);
});

Deno.test("nearestMiss() is the largest cosine across groups", () => {
  const photos = [photo("a", 0), photo("b", 5), photo("c", 60)];
  const groups = groupNearDuplicates(photos, THRESHOLD);
  assert.ok(Math.abs(nearestMiss(photos, groups) - Math.cos((55 * Math.PI) / 180)) < 1e-6);
});
