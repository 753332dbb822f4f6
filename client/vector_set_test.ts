import assert from "node:assert/strict";
import { embedding } from "../testing/client_embedding.ts";
import { VectorSet } from "./vector_set.ts";

const MIXED = { code: "mixed_vectors" };

Deno.test("VectorSet finds the nearest, and takes no vector that says nothing about them", () => {
  const set = new VectorSet<string>();
  set.add("far", embedding({}, [0, 1]));
  set.add("near", embedding({}, [0.8, 0.6]));
  const nearest = set.nearest(embedding({ modality: "text", preprocessId: "w1" }, [1, 0]), 1);
  assert.deepEqual(nearest.map(({ tag }) => tag), ["near"]);
  assert.throws(() => set.add("other", embedding({ space: "s2" })), MIXED);
  assert.throws(() => set.nearest(embedding({ space: "s2" }), 1), MIXED);
  assert.equal(set.size, 2);
});
