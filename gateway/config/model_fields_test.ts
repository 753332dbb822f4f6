import assert from "node:assert/strict";
import { MODEL_FIELDS } from "./model_fields.ts";

Deno.test("MODEL_FIELDS let no path out of the repository", () => {
  for (const model of ["..", "a/b", "a.b", "a b", ":1", "a:", "a:x", "a:0", "a:1.5", "a:1:2"]) {
    assert.throws(() => MODEL_FIELDS.model.parse(model), RangeError, model);
    assert.throws(() => MODEL_FIELDS.models.parse(`dct_512,${model}`), RangeError, model);
    assert.throws(() => MODEL_FIELDS.modelAliases.parse(`a=${model}`), RangeError, model);
  }
  assert.throws(() => MODEL_FIELDS.models.parse("a,,b"), RangeError);
});

Deno.test("MODEL_FIELDS serve a model that needs no weights, and keep nothing, by default", () => {
  const { engine, models, cacheBytes } = MODEL_FIELDS;
  assert.deepEqual([engine.default, models.default, cacheBytes.default], [
    "embedded",
    "dct_512",
    "0",
  ]);
});
