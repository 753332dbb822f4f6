import assert from "node:assert/strict";
import { thrownBy } from "../../../testing/thrown.ts";
import { splitTensorBody } from "./tensor_body.ts";

const BODY = new Uint8Array([...new TextEncoder().encode('{"a":1}'), 1, 2, 3]);

Deno.test("splitTensorBody() gives the JSON's fields and what is behind it", () => {
  assert.deepEqual(splitTensorBody(BODY, "7"), { fields: { a: 1 }, tail: BODY.subarray(7) });
  assert.deepEqual(splitTensorBody(BODY.subarray(0, 7), undefined).fields, { a: 1 });
  assert.deepEqual(splitTensorBody(BODY.subarray(0, 7), "7").tail.length, 0);
});

Deno.test("splitTensorBody() takes a body whose JSON has no bytes as one input", () => {
  assert.deepEqual(splitTensorBody(BODY, "0"), { fields: undefined, tail: BODY });
});

for (const length of ["11", "-7", "7.0", "0x7", "seven", "", " ", "1e1", "9".repeat(40)]) {
  Deno.test(`splitTensorBody() refuses a length of ${JSON.stringify(length)}`, () => {
    const { code, message } = thrownBy(() => splitTensorBody(BODY, length));
    assert.equal(code, "invalid_body");
    assert.match(message, /inference-header-content-length must be .* to the body's 10$/);
  });
}

for (const length of ["6", "8", "10", undefined]) {
  Deno.test(`splitTensorBody() finds no JSON in a body split at ${length}`, () => {
    assert.equal(thrownBy(() => splitTensorBody(BODY, length)).code, "invalid_json");
  });
}
