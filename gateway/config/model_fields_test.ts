import assert from "node:assert/strict";
import { MODEL_FIELDS } from "./model_fields.ts";

Deno.test("MODEL_FIELDS let no path out of the repository", () => {
  for (const model of ["", "..", "a/b", "a.b", "a b"]) {
    assert.throws(() => MODEL_FIELDS.model.parse(model), RangeError, model);
  }
});

Deno.test("MODEL_FIELDS serve a model that needs no weights, and keep nothing, by default", () => {
  const { engine, model, cacheBytes } = MODEL_FIELDS;
  assert.deepEqual([engine.default, model.default, cacheBytes.default], [
    "embedded",
    "dct_512",
    "0",
  ]);
});
