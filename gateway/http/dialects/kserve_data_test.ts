import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { assertBinarySize, flatData } from "./kserve_data.ts";

const INPUT = { name: "a", datatype: "BYTES", shape: [1] };
const NONE = new Uint8Array();

Deno.test("flatData() gives an input's elements out of all lists, unless they are behind the JSON", () => {
  assert.deepEqual(flatData({ ...INPUT, data: [[1, [2]], 3] }, NONE), [1, 2, 3]);
  assert.deepEqual(
    flatData({ ...INPUT, data: [], parameters: { binary_data_size: null } }, NONE),
    [],
  );
  const binary = { ...INPUT, data: null, parameters: { binary_data_size: 2 } };
  assert.equal(flatData(binary, Uint8Array.of(1, 2)), undefined);
});

Deno.test("flatData() wants one place for an input's elements", () => {
  for (const input of [INPUT, { ...INPUT, data: [], parameters: { binary_data_size: 0 } }]) {
    assert.match(thrownBy(() => flatData(input, NONE)).message, /either data or binary_data_size/);
  }
  assert.match(
    thrownBy(() => flatData({ ...INPUT, data: [1] }, Uint8Array.of(1))).message,
    /nothing may be behind the JSON/,
  );
});

Deno.test("assertBinarySize() wants all that is behind the JSON", () => {
  const claim = (binary_data_size: unknown) =>
    assertBinarySize({ ...INPUT, parameters: { binary_data_size } }, Uint8Array.of(1, 2));
  claim(2);
  for (const size of [1, 3, "2", NaN]) {
    assert.equal(thrownBy(() => claim(size)).code, "invalid_body");
  }
});
