import assert from "node:assert/strict";
import { type CountedModel, miscounts, type ModelCounts } from "./model_counts.ts";

const BEFORE: ModelCounts = {
  requests: { a: { ok: 5 }, b: { ok: 1 }, "": { overloaded: 1 } },
  inferences: { a: 5, b: 9 },
};
const AFTER: ModelCounts = {
  requests: {
    a: { ok: 15 },
    b: { ok: 3, overloaded: 4, deadline_exceeded: 2 },
    "": { overloaded: 2 },
  },
  inferences: { a: 15, b: 12 },
};
const A: CountedModel = { model: "a", codes: { "200": 10 }, isForgotten: false };
const B: CountedModel = {
  model: "b",
  codes: { "200": 2, "429 overloaded": 5, "504 deadline_exceeded": 2, lost: 1 },
  isForgotten: false,
};
const found = (...seen: CountedModel[]) => miscounts(BEFORE, AFTER, seen);

Deno.test("miscounts() is nothing where gateway and Triton count what clients saw", () => {
  assert.deepEqual(found(A, B), []);
});

Deno.test("miscounts() tells a code, a refusal and an inference too many or too few", () => {
  assert.deepEqual(found({ ...A, codes: { "200": 11 } }, B), [
    "the gateway counts 12 × ok: clients saw 13",
    "Triton ran a on 10 inputs: clients have 11 of 11 embeddings",
  ]);
  assert.deepEqual(found(A, { ...B, codes: { ...B.codes, "429 overloaded": 3 } }), [
    "the gateway counts 4 × overloaded of b: clients saw 3",
    "the gateway counts 5 × overloaded: clients saw 3",
  ]);
  assert.deepEqual(found(A, { ...B, codes: { ...B.codes, "504 deadline_exceeded": 0 } }), [
    "the gateway counts 2 × deadline_exceeded of b: clients saw 0",
    "the gateway counts 2 × deadline_exceeded: clients saw 0",
  ]);
});

Deno.test("miscounts() minds no inferences of a model that Triton loaded again", () => {
  const after = { ...AFTER, inferences: { a: 15, b: 0 } };
  assert.equal(miscounts(BEFORE, after, [A, B]).length, 1);
  assert.deepEqual(miscounts(BEFORE, after, [A, { ...B, isForgotten: true }]), []);
});
