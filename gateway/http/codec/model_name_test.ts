import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { readModelName } from "./model_name.ts";

Deno.test("readModelName() takes a name, and none", () => {
  assert.equal(readModelName("dct_512"), "dct_512");
  assert.equal(readModelName("dct_512:2"), "dct_512:2");
  assert.equal(readModelName(undefined), undefined);
});

Deno.test("readModelName() refuses what is no name", () => {
  for (const value of ["", 1, {}, ["dct_512"], "x".repeat(257)]) {
    assert.equal(thrownBy(() => readModelName(value)).code, "invalid_option", String(value));
  }
});
