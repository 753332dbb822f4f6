import assert from "node:assert/strict";
import { plantedVectors } from "../../testing/grouping/planted_vectors.ts";
import { methodFor, nearPairs } from "./near_pairs.ts";

Deno.test("methodFor() compares all pairs as long as there is time for it", () => {
  assert.deepEqual([0, 200_000, 200_001].map(methodFor), ["exact", "exact", "approximate"]);
});

Deno.test("nearPairs() finds the same of a few vectors either way", async () => {
  const vectors = plantedVectors(500, 64);
  const [exact, approximate] = await Promise.all(
    (["exact", "approximate"] as const).map((method) =>
      nearPairs(vectors, method, { threshold: 0.95, threads: 1 })
    ),
  );
  assert.ok((exact?.pairs.a.length ?? 0) > 20);
  assert.deepEqual(
    [...exact?.pairs.a ?? []].sort((a, b) => a - b),
    [...approximate?.pairs.a ?? []].sort((a, b) => a - b),
  );
});
